/* Every word on the screen, in both languages.  Vietnamese first. */
import type { Lang } from './format';
import type { Quality } from './shapes';
import { PAIRS } from './words_screens';

const VI = {
    title: 'Cấp nước Lai Châu',
    live: 'Trực tiếp', connecting: 'Đang kết nối…', signedOut: 'Chưa đăng nhập', reconnecting: 'Mất kết nối từ',
    staleBanner: 'Mất kết nối với máy chủ từ', staleExplain: 'Số liệu bên dưới là số liệu cũ. Trang đang tự kết nối lại.',
    ready: 'Máy chủ sẵn sàng', notReady: 'Máy chủ chưa sẵn sàng', readyUnknown: 'Máy chủ: chưa rõ', degraded: 'Máy chủ suy giảm',
    signIn: 'Đăng nhập', signOut: 'Đăng xuất', name: 'Tên đăng nhập', password: 'Mật khẩu',
    signInHint: 'Chưa có tài khoản hoặc quên mật khẩu? Hãy hỏi người quản trị. Trên máy chủ, lệnh ./run in ra cách đăng nhập.',
    wrong: 'Tên đăng nhập hoặc mật khẩu không đúng.', tokenWrong: 'Mã truy cập không đúng hoặc đã hết hạn.', missing: 'Hãy nhập tên đăng nhập và mật khẩu.',
    changePassword: 'Đổi mật khẩu', changeWhy: 'Mật khẩu này chỉ dùng một lần. Hãy đặt mật khẩu của riêng bạn để tiếp tục.',
    changeOthers: 'Các phiên đăng nhập khác của bạn sẽ kết thúc.', oldPassword: 'Mật khẩu hiện tại', newPassword: 'Mật khẩu mới', again: 'Nhập lại mật khẩu mới',
    passwordRules: 'Ít nhất 10 ký tự, ít nhất 5 ký tự khác nhau, không chứa tên đăng nhập. Một câu dài dễ nhớ là tốt nhất.',
    notAlike: 'Hai lần nhập mật khẩu mới không giống nhau.', oldWrong: 'Mật khẩu hiện tại không đúng.', changed: 'Đã đổi mật khẩu.', cancel: 'Hủy', save: 'Lưu mật khẩu',
    busy: 'Máy chủ đang bận. Hãy thử lại sau vài giây.', signedInAs: 'Đang đăng nhập:',
    role_viewer: 'người xem', role_operator: 'người vận hành', role_agency: 'cơ quan', role_laboratory: 'phòng thử nghiệm', role_technician: 'kỹ thuật viên',
    role_authority: 'cơ quan quản lý', role_administrator: 'quản trị', role_nobody: 'không rõ vai trò', grantsStale: 'Quyền truy cập có thể đã cũ: chưa đối chiếu được với cơ sở dữ liệu.',
    tooMany: 'Thử sai quá nhiều lần. Hãy đợi một lúc rồi thử lại.',
    unreachable: 'Không liên lạc được với máy chủ. Hãy thử lại.', serverSaid: 'Máy chủ trả lời:',
    sessionEnded: 'Phiên làm việc đã hết. Hãy đăng nhập lại.',
    language: 'Ngôn ngữ', points: 'điểm đo', quality: 'Chất lượng', lastRead: 'Lần đọc cuối', lastTry: 'Lần thử đọc cuối',
    search: 'Tìm điểm đo', all: 'Tất cả', attention: 'Cần chú ý', noMatch: 'Không có điểm đo nào khớp.',
    noAttention: 'Không có điểm đo nào cần chú ý.', noPoints: 'Chưa có điểm đo nào được khai báo.', loading: 'Đang tải…',
    trend: 'Xu hướng', openTrend: 'Mở xu hướng', close: 'Đóng',
    range: 'Khoảng thời gian', noData: 'Không có dữ liệu trong khoảng này.', noValue: 'không có dữ liệu',
    historyAway: 'Chưa đọc được lịch sử:', drawnLive: 'biểu đồ chỉ vẽ số liệu trực tiếp.',
    mean: 'trung bình', lowHigh: 'thấp nhất – cao nhất', line: 'giá trị', doubtfulLine: 'nghi ngờ',
    wires: 'Đường truyền', wire: 'Đường truyền', device: 'Thiết bị', address: 'địa chỉ', noWires: 'Chưa có đường truyền nào.',
    lastReply: 'Trả lời hợp lệ cuối', response: 'Thời gian trả lời', nextTry: 'Thử lại lúc', lastError: 'Lỗi gần nhất',
    alarms: 'Cảnh báo', noAlarms: 'Không có cảnh báo nào.', alarmsUnknown: 'Chưa biết có cảnh báo hay không.', acknowledge: 'Xác nhận', reset: 'Đặt lại',
    shelve: 'Tạm ẩn', unshelve: 'Bỏ tạm ẩn', shelveFor: 'Tạm ẩn trong', minutes: 'phút', hours: 'giờ', why: 'Lý do', firstResponse: 'Việc cần làm trước', limit: 'ngưỡng', times: 'lần',
    forced: 'Giá trị đặt tay', setBy: 'người đặt', until: 'đến',
    commissioning: 'đang nghiệm thu', every: 'Chu kỳ đọc', plausible: 'Khoảng hợp lý', deadband: 'Vùng chết',
    code: 'Mã điểm đo', site: 'Công trình', licences: 'Giấy phép phần mềm', skip: 'Đến nội dung', timeZone: 'Giờ Việt Nam (UTC+07:00)',
};

const EN: typeof VI = {
    title: 'Lai Châu water supply',
    live: 'Live', connecting: 'Connecting…', signedOut: 'Signed out', reconnecting: 'Connection lost since',
    staleBanner: 'Connection to the server lost since', staleExplain: 'The figures below are old. The page reconnects by itself.',
    ready: 'Server ready', notReady: 'Server not ready', readyUnknown: 'Server: unknown', degraded: 'Server degraded',
    signIn: 'Sign in', signOut: 'Sign out', name: 'Name', password: 'Password',
    signInHint: 'No account, or forgotten the password? Ask the administrator. On the server, ./run prints how to sign in.',
    wrong: 'The name or the password is wrong.', tokenWrong: 'The token is wrong or has expired.', missing: 'Enter name and password.',
    changePassword: 'Change password', changeWhy: 'This password is for one use. Set one of your own to go on.',
    changeOthers: 'Your other sessions will end.', oldPassword: 'Present password', newPassword: 'New password', again: 'New password again',
    passwordRules: 'At least 10 characters, at least 5 different ones, without your name. A long sentence is best.',
    notAlike: 'The two new passwords are not the same.', oldWrong: 'The present password is wrong.', changed: 'The password was changed.', cancel: 'Cancel', save: 'Save password',
    busy: 'The server is busy. Try again in a few seconds.', signedInAs: 'Signed in:',
    role_viewer: 'viewer', role_operator: 'operator', role_agency: 'agency', role_laboratory: 'laboratory', role_technician: 'technician',
    role_authority: 'authority', role_administrator: 'administrator', role_nobody: 'unknown role', grantsStale: 'Access rights may be old: they could not be compared with the database.',
    tooMany: 'Too many wrong tries. Wait a while, then try again.',
    unreachable: 'The server cannot be reached. Try again.', serverSaid: 'The server answered:',
    sessionEnded: 'The session has ended. Sign in again.',
    language: 'Language', points: 'points', quality: 'Quality', lastRead: 'Last reading', lastTry: 'Last try',
    search: 'Find a point', all: 'All', attention: 'Needs attention', noMatch: 'No point matches.',
    noAttention: 'No point needs attention.', noPoints: 'No points are configured yet.', loading: 'Loading…',
    trend: 'Trend', openTrend: 'Open the trend', close: 'Close',
    range: 'Time range', noData: 'No data in this range.', noValue: 'no data',
    historyAway: 'History cannot be read yet:', drawnLive: 'only live figures are drawn.',
    mean: 'mean', lowHigh: 'lowest – highest', line: 'value', doubtfulLine: 'uncertain',
    wires: 'Wires', wire: 'Wire', device: 'Device', address: 'address', noWires: 'No wires yet.',
    lastReply: 'Last valid reply', response: 'Response time', nextTry: 'Next try at', lastError: 'Last error',
    alarms: 'Alarms', noAlarms: 'No alarms.', alarmsUnknown: 'Whether there are alarms is not known.', acknowledge: 'Acknowledge', reset: 'Reset',
    shelve: 'Shelve', unshelve: 'Unshelve', shelveFor: 'Shelve for', minutes: 'min', hours: 'h', why: 'Why', firstResponse: 'Do first', limit: 'limit', times: 'times',
    forced: 'Set by hand', setBy: 'by', until: 'until',
    commissioning: 'being commissioned', every: 'Read every', plausible: 'Plausible range', deadband: 'Deadband',
    code: 'Point code', site: 'Site', licences: 'Software licences', skip: 'Go to the content', timeZone: 'Viet Nam time (UTC+07:00)',
};

type Pair = readonly [vi: string, en: string];
const pick = (pair: Pair, lang: Lang): string => pair[lang === 'vi' ? 0 : 1];

export type Word = keyof typeof VI | keyof typeof PAIRS;

export function word(key: Word, lang: Lang): string {
    return key in PAIRS ? pick(PAIRS[key as keyof typeof PAIRS], lang) : (lang === 'vi' ? VI : EN)[key as keyof typeof VI];
}

const QUALITY: Record<Quality, Pair> = {
    good: ['tốt', 'good'],
    uncertain: ['nghi ngờ', 'uncertain'],
    bad: ['không có dữ liệu', 'no data'],
};

const REASON: Record<string, Pair> = {
    none: ['', ''],
    never_read: ['chưa đọc được lần nào', 'never read'],
    no_answer: ['thiết bị không trả lời', 'device does not answer'],
    no_connection: ['mất kết nối', 'connection lost'],
    exception: ['thiết bị báo lỗi', 'device reports an error'],
    bad_answer: ['trả lời không hợp lệ', 'answer is not valid'],
    sentinel: ['thiết bị báo không có số đo', 'device reports no measurement'],
    not_finite: ['giá trị không phải là số', 'value is not a number'],
    implausible: ['giá trị không hợp lý', 'value is not plausible'],
    stale: ['số liệu cũ, chưa cập nhật', 'stale'],
    time_uncertain: ['giờ chưa đồng bộ', 'clock not synchronised'],
    stopped: ['đã ngừng giám sát', 'monitoring stopped'],
    bad_digit: ['thanh ghi không phải số thập phân', 'register holds no decimal digits'],
    inexact: ['số quá lớn, mất chữ số cuối', 'number too large, last digits lost'],
    unknown_state: ['trạng thái không có trong bảng', 'state not in its table'],
    busy: ['thiết bị đang bận', 'device is busy'],
    not_valid: ['thiết bị báo số đo chưa hợp lệ', 'device marks its values as not valid'],
    wire_fault: ['đứt hoặc chập dây cảm biến', 'sensor or its wire has failed'],
    clipped: ['chạm giới hạn đo của cảm biến', 'at the end of the sensor’s range'],
    frozen: ['giá trị đứng yên quá lâu', 'has not moved for too long'],
    forced: ['giá trị đặt tay', 'value set by hand'],
};

/** An unknown quality is treated as no data: it is not shown as normal. */
export function knownQuality(quality: unknown): Quality {
    return quality === 'good' || quality === 'uncertain' ? quality : 'bad';
}

export function qualityWord(quality: Quality, lang: Lang): string {
    return pick(QUALITY[quality], lang);
}

/** A reason this page has no word for is shown as the server named it. */
export function reasonWord(reason: string | null | undefined, lang: Lang): string {
    if (!reason) return '';
    const known = REASON[reason];
    return known ? pick(known, lang) : reason.replace(/_/g, ' ');
}

const STATE: Record<string, Pair> = {
    connecting: ['đang kết nối', 'connecting'],
    up: ['bình thường', 'up'],
    suspect: ['chập chờn', 'unsteady'],
    down: ['mất kết nối', 'connection lost'],
    unknown: ['chưa rõ', 'unknown'],
};

export function stateWord(state: string, lang: Lang): string {
    const known = STATE[state];
    return known ? pick(known, lang) : state;
}

const ALARM_STATE: Record<string, Pair> = {
    normal: ['bình thường', 'normal'],
    unacknowledged: ['đang diễn ra, chưa xác nhận', 'active, unacknowledged'],
    acknowledged: ['đang diễn ra, đã xác nhận', 'active, acknowledged'],
    returned: ['đã hết, chưa xác nhận', 'over, unacknowledged'],
    latched: ['đã hết, chờ đặt lại', 'over, waits for a reset'],
    shelved: ['tạm ẩn', 'shelved'],
    suppressed: ['chặn theo điều kiện', 'suppressed by design'],
    out_of_service: ['ngừng sử dụng', 'out of service'],
};

export function alarmStateWord(state: string, lang: Lang): string {
    const known = ALARM_STATE[state];
    return known ? pick(known, lang) : state;
}

const SEVERITY: Record<string, Pair> = {
    low: ['thấp', 'low'],
    medium: ['trung bình', 'medium'],
    high: ['cao', 'high'],
    critical: ['nghiêm trọng', 'critical'],
};

export function severityWord(severity: string, lang: Lang): string {
    const known = SEVERITY[severity];
    return known ? pick(known, lang) : severity;
}

const PART: Record<string, Pair> = {
    journal: ['Nhật ký dữ liệu', 'Journal'],
    database: ['Cơ sở dữ liệu', 'Database'],
    wires: ['Đường truyền', 'Wires'],
    clock: ['Đồng hồ', 'Clock'],
    delivery: ['Chuyển dữ liệu', 'Delivery'],
    maintenance: ['Bảo trì dữ liệu', 'Upkeep'],
    nodes: ['Các nút khác', 'Other nodes'],
    accounts: ['Tài khoản', 'Accounts'],
    channels: ['Kênh nhắn tin', 'Channels'],
};
const PART_STATE: Record<string, Pair> = {
    ok: ['tốt', 'ok'],
    degraded: ['suy giảm', 'degraded'],
    down: ['ngừng', 'down'],
};

export function partWord(name: string, lang: Lang): string {
    const known = PART[name];
    return known ? pick(known, lang) : name;
}

export function partStateWord(state: string, lang: Lang): string {
    const known = PART_STATE[state];
    return known ? pick(known, lang) : state;
}

/* A code this page has no word for is shown as it came. */
const words = (table: Record<string, Pair>) => (code: string | null | undefined, lang: Lang): string => {
    const known = table[code ?? ''];
    return known ? pick(known, lang) : (code ?? '').replace(/_/g, ' ');
};

export const siteKindWord = words({
    intake: ['công trình thu', 'intake'], treatment_plant: ['nhà máy nước', 'water works'], booster_station: ['trạm bơm tăng áp', 'booster station'],
    reservoir: ['bể chứa', 'reservoir'], dma: ['khu vực cấp nước (DMA)', 'supply zone (DMA)'], chamber: ['hố van, hố đồng hồ', 'valve or meter chamber'],
});

export const stageWord = words({
    source: ['Nguồn nước', 'Source'], inlet: ['Đầu vào', 'Inlet'], intake_screen: ['Công trình thu', 'Intake'], pre_settling: ['Sơ lắng', 'Pre-settling'], mixing: ['Bể trộn', 'Mixing'],
    flocculation: ['Keo tụ – tạo bông', 'Flocculation'], sedimentation: ['Bể lắng', 'Settling'], rapid_filtration: ['Bể lọc nhanh', 'Rapid filters'], slow_filtration: ['Bể lọc chậm', 'Slow filters'],
    aeration: ['Làm thoáng', 'Aeration'], contact: ['Bể tiếp xúc', 'Contact'], disinfection: ['Khử trùng', 'Disinfection'], storage: ['Bể chứa', 'Storage'], pumps: ['Trạm bơm', 'Pumps'],
    delivery: ['Ra mạng', 'To the network'], other: ['Điện, thiết bị, tín hiệu', 'Power, equipment, signals'],
});

const PARAMETERS: Record<string, Pair> = {
    free_chlorine: ['clo dư', 'free chlorine'], turbidity: ['độ đục', 'turbidity'], pressure: ['áp lực', 'pressure'], flow: ['lưu lượng', 'flow'], level: ['mực nước', 'level'], ph: ['pH', 'pH'],
    pumps_running: ['bơm chạy', 'pumps running'], pump_status: ['bơm', 'pump'], chlorine_dose: ['liều clo', 'chlorine dose'], chemical_dose: ['liều châm', 'dose'], chlorine_gas: ['khí clo', 'chlorine gas'], status: ['trạng thái', 'status'],
    valve_position: ['độ mở van', 'valve'], frequency: ['tần số', 'frequency'], speed: ['tốc độ', 'speed'], head_loss: ['tổn thất', 'head loss'], sludge_level: ['mức bùn', 'sludge'], iron: ['sắt', 'iron'],
    volume: ['sản lượng', 'volume'], power: ['công suất', 'power'], temperature: ['nhiệt độ', 'temperature'], voltage: ['điện áp', 'voltage'], current: ['dòng điện', 'current'], energy: ['điện năng', 'energy'], run_hours: ['giờ chạy', 'run hours'],
    velocity: ['vận tốc', 'velocity'], rain: ['lượng mưa', 'rain'], total_chlorine: ['clo tổng', 'total chlorine'], chemical_feed: ['lượng châm', 'feed'], conductivity: ['độ dẫn điện', 'conductivity'], dissolved_oxygen: ['oxy hòa tan', 'dissolved oxygen'],
    colour: ['độ màu', 'colour'], ammonium: ['amoni', 'ammonium'], manganese: ['mangan', 'manganese'], aluminium: ['nhôm', 'aluminium'], salinity: ['độ mặn', 'salinity'], suspended_solids: ['cặn lơ lửng', 'suspended solids'],
};

/** In one word, where there is one; else by the name of the point. */
export const shortName = (p: { parameter: string | null; name: string }, lang: Lang): string => {
    const known = PARAMETERS[p.parameter ?? ''];
    return known ? pick(known, lang) : p.name;
};

export const ruleKindWord = words({
    low: ['thấp (L)', 'low (L)'], low_low: ['rất thấp (LL)', 'low-low (LL)'], high: ['cao (H)', 'high (H)'], high_high: ['rất cao (HH)', 'high-high (HH)'], level: ['ngoài khoảng, trên', 'out of range, upper'],
    limit: ['quy chuẩn', 'regulation'], stale: ['mất tín hiệu', 'signal lost'], mains: ['mất điện lưới, dưới', 'mains lost, below'], rate: ['đổi nhanh', 'changes fast'], frozen: ['đứng số', 'frozen'],
    implausible: ['không hợp lý', 'implausible'], clipped: ['chạm giới hạn đo', 'end of range'], deviation: ['lệch', 'deviation'], mismatch: ['hai phép đo lệch nhau', 'two measurements differ'],
    pump_without_flow: ['bơm chạy không có lưu lượng', 'pump without flow'], flow_without_pump: ['có lưu lượng khi bơm dừng', 'flow without pump'], valve_closed_flow: ['van đóng vẫn có lưu lượng', 'flow through a closed valve'],
    contact: ['tiếp điểm', 'contact'], run_hours: ['giờ chạy', 'run hours'],
});

export const stakeWord = words({
    operation: ['vận hành', 'operation'], supply: ['cấp nước', 'supply'], health: ['sức khỏe', 'health'], safety: ['an toàn', 'safety'], security: ['an ninh', 'security'],
});

export const modeWord = words({
    calibration: ['Hiệu chuẩn', 'Calibration'], maintenance: ['Bảo trì', 'Maintenance'], out_of_service: ['Ngừng sử dụng', 'Out of service'], rota: ['Cấp nước luân phiên', 'Rota'],
    drill: ['Diễn tập', 'Drill'], backwash: ['Rửa lọc', 'Backwash'],
});

export const incidentStateWord = words({
    detected: ['đã phát hiện', 'detected'], reported: ['đã báo cáo', 'reported'], assigned: ['đã phân công', 'assigned'], on_site: ['đã đến hiện trường', 'on site'], verified: ['đã xác minh', 'verified'], cause_found: ['đã rõ nguyên nhân', 'cause found'],
    remedy_proposed: ['đã đề xuất phương án', 'remedy proposed'], remedy_approved: ['phương án được duyệt', 'remedy approved'], repairing: ['đang khắc phục', 'being repaired'], repaired: ['khắc phục xong', 'repaired'], repair_unconfirmed: ['chờ xác nhận khắc phục', 'repair not yet confirmed'],
    restored: ['đã cấp nước trở lại', 'restored'], evaluated: ['đã đánh giá', 'evaluated'], closed: ['đã đóng', 'closed'], merged: ['đã gộp', 'merged'],
});

export const incidentClassWord = words({
    service_network: ['Mạng dịch vụ', 'Service network'], distribution_main: ['Ống phân phối', 'Distribution main'], transmission_main: ['Ống truyền tải', 'Transmission main'], plant_equipment: ['Thiết bị nhà máy', 'Plant equipment'], source_loss: ['Mất nguồn nước', 'Source lost'],
    power_supply: ['Mất điện', 'Power supply'], water_quality: ['Chất lượng nước', 'Water quality'], telemetry: ['Mất kết nối', 'Telemetry'], security: ['An ninh', 'Security'], safety: ['An toàn', 'Safety'],
});

export const actWord = words({
    acknowledge: ['Xác nhận đã thấy', 'Acknowledge'], report: ['Báo cáo', 'Report'], assign: ['Phân công', 'Assign'], on_site: ['Đã đến hiện trường', 'On site'], verify: ['Đã xác minh', 'Verified'], confirm_class: ['Xác nhận loại', 'Confirm class'], cause: ['Nguyên nhân', 'Cause'],
    propose: ['Đề xuất phương án', 'Propose a remedy'], begin_repair: ['Bắt đầu khắc phục', 'Begin repair'], repaired: ['Khắc phục xong', 'Repaired'], confirm_repair: ['Xác nhận đã khắc phục', 'Confirm the repair'], restored: ['Cấp nước trở lại', 'Restored'], close: ['Đóng sự cố', 'Close'],
    progress: ['Tiến độ', 'Progress'], impact: ['Mức ảnh hưởng', 'Impact'], measure: ['Biện pháp tạm thời', 'Measure'], wait: ['Phải chờ', 'Wait'], wait_over: ['Hết chờ', 'Waiting is over'], large: ['Ảnh hưởng lớn?', 'Large effect?'],
    link: ['Gắn thêm sự việc', 'Add a member'], unlink: ['Gỡ một sự việc', 'Take a member out'], split: ['Tách thành sự cố khác', 'Split'], merge: ['Gộp sự cố khác vào', 'Merge another'], reclassify: ['Phân loại lại', 'Reclassify'],
    backdate: ['Bắt đầu sớm hơn', 'It began earlier'], approval: ['Duyệt phương án', 'Approve the remedy'], evaluation: ['Đánh giá', 'Evaluate'], reopen: ['Mở lại', 'Reopen'],
});

export const measureWord = words({
    valves: ['đóng mở van', 'valves'], rota: ['cấp nước luân phiên', 'rota'], tankers: ['xe stec', 'tankers'], interconnection: ['đấu nối nguồn khác', 'interconnection'], flushing: ['súc xả', 'flushing'], bottled: ['nước đóng bình', 'bottled water'], other: ['khác', 'other'],
});

export const factWord = words({
    occurred: ['xảy ra', 'occurred'], called: ['khách hàng gọi', 'called'], detected: ['phát hiện', 'detected'], known: ['trung tâm tiếp nhận', 'known at the centre'], reported: ['báo cáo', 'reported'], assigned: ['phân công', 'assigned'], on_site: ['đến hiện trường', 'on site'],
    verified: ['xác minh', 'verified'], class_confirmed: ['xác nhận loại', 'class confirmed'], cause_found: ['rõ nguyên nhân', 'cause found'], remedy_proposed: ['đề xuất phương án', 'remedy proposed'], remedy_approved: ['duyệt phương án', 'remedy approved'], repair_begun: ['bắt đầu khắc phục', 'repair begun'],
    repaired: ['khắc phục xong', 'repaired'], restored: ['cấp nước trở lại', 'restored'], evaluated: ['đánh giá', 'evaluated'], closed: ['đóng', 'closed'], acknowledged: ['đã có người thấy', 'acknowledged'],
    repair_confirmed: ['xác nhận đã khắc phục', 'repair confirmed'], reopened: ['mở lại', 'reopened'], waiting: ['đang chờ', 'waiting'], waiting_over: ['hết chờ', 'waiting over'], reclassified: ['phân loại lại', 'reclassified'], linked: ['gắn thêm', 'linked'], unlinked: ['gỡ ra', 'unlinked'],
    merged: ['gộp', 'merged'], split: ['tách', 'split'], impact: ['mức ảnh hưởng', 'impact'], large_effect: ['ảnh hưởng lớn', 'large effect'], duty_done: ['đã làm việc phải báo', 'duty done'], duty_waived: ['không cần báo', 'duty waived'], measure: ['biện pháp tạm thời', 'measure'], progress: ['báo cáo tiến độ', 'progress'], clock_corrected: ['chỉnh giờ theo đồng hồ đúng', 'clock corrected'],
});

export const evidenceWord = words({
    power: ['mất điện', 'power'], link: ['mất kết nối', 'link'], silence: ['mất tín hiệu', 'silence'], pump: ['bơm', 'pump'], equipment: ['thiết bị', 'equipment'], flow: ['lưu lượng', 'flow'], pressure: ['áp lực', 'pressure'], level: ['mực nước', 'level'], quality: ['chất lượng nước', 'quality'],
    source: ['nguồn nước', 'source'], intrusion: ['đột nhập', 'intrusion'], leak: ['rò rỉ', 'leak'], call: ['khách hàng gọi', 'call'], person: ['người phát hiện', 'person'],
});

export const finderWord = words({
    not_said: ['không ghi', 'not said'], valve_crew: ['tổ vận hành van', 'valve crew'], network_crew: ['tổ quản lý mạng lưới', 'network crew'], meter_reader: ['nhân viên ghi đồng hồ', 'meter reader'],
    telemetry_staff: ['nhân viên giám sát từ xa', 'telemetry staff'], customer: ['khách hàng', 'customer'], other: ['người khác', 'other'],
});
export const tieWord = words({
    outlived: ['còn lại sau khi hết nguyên nhân của', 'outlived'], split: ['tách từ', 'split from'], merged: ['gộp với', 'merged with'], follows: ['tái diễn sau', 'follows'], overflow: ['tiếp của', 'goes on from'],
});
export const reachWord = words({
    people: ['người', 'people'], connections: ['đấu nối', 'connections'], hospitals: ['bệnh viện, trạm y tế', 'hospitals, clinics'], schools: ['trường học', 'schools'], high_rises: ['nhà cao tầng', 'high-rises'], highest_m: ['m: nơi cao nhất', 'm: the highest place'],
});
export const causeWord = words({
    burst: ['vỡ ống', 'burst'], leakage: ['rò rỉ', 'leakage'], valve: ['van', 'valve'], third_party: ['bên thứ ba gây hư hỏng', 'third party'], road_works: ['đào đường', 'road works'], landslide: ['sạt lở', 'landslide'], flood: ['lũ', 'flood'], drought: ['khô hạn', 'drought'], pollution: ['ô nhiễm', 'pollution'],
    mains_away: ['mất điện lưới', 'mains away'], electrical: ['điện', 'electrical'], pump: ['bơm', 'pump'], treatment: ['xử lý nước', 'treatment'], instrument: ['thiết bị đo', 'instrument'], telemetry: ['truyền tin', 'telemetry'], operation: ['vận hành', 'operation'], sabotage: ['phá hoại', 'sabotage'],
    no_fault: ['không có hư hỏng', 'no fault'], other: ['khác', 'other'],
});

export const dutyWord = words({
    partner_supplier: ['báo đơn vị cấp nước phối hợp', 'tell the partner supplier'], local_authority: ['báo chính quyền địa phương', 'tell the local authority'], people: ['báo người dân', 'tell the people'], report_handled: ['báo cáo đã xử lý', 'report it handled'],
    report_beyond_control: ['báo cáo ngoài tầm kiểm soát', 'report beyond control'], report_large_effect: ['báo cáo ảnh hưởng lớn', 'report large effect'], cdc: ['báo CDC', 'tell the CDC'], health_department: ['báo Sở Y tế', 'tell the Department of Health'], police: ['báo công an', 'tell the police'],
    traffic_authority: ['báo cơ quan giao thông', 'tell the traffic authority'], temporary_supply: ['cấp nước tạm', 'temporary supply'], other_supply: ['nguồn cấp khác', 'another supply'], written_record: ['lập biên bản', 'written record'],
    assess: ['đánh giá chất lượng nước', 'assess the water quality'], sample: ['lấy mẫu nước', 'take a sample'], isolate: ['cô lập nước không đạt', 'isolate the bad water'],
});

export const actorKindWord = words({
    account: ['người dùng', 'account'], token: ['phần mềm (mã truy cập)', 'program (token)'], contact: ['liên hệ (tin nhắn)', 'contact (message)'], local: ['dòng lệnh trên máy chủ', 'command line on the server'], system: ['hệ thống', 'system'],
    nobody: ['chưa đăng nhập', 'not signed in'], unknown: ['không rõ: dòng này đã bị sửa', 'unknown: the row was altered'],
});

const AUDIT_ACTS: Record<string, Pair> = {
    'session.open': ['Đăng nhập', 'Signed in'], 'session.refused': ['Đăng nhập bị từ chối', 'Sign-in refused'], 'session.close': ['Đăng xuất', 'Signed out'], 'session.end': ['Kết thúc phiên đăng nhập', 'Session ended'], 'password.change': ['Đổi mật khẩu', 'Password changed'],
    'account.first': ['Tạo người quản trị đầu tiên', 'First administrator made'], 'account.add': ['Thêm người dùng', 'Account added'], 'account.change': ['Sửa người dùng', 'Account changed'], 'account.reset': ['Cấp lại mật khẩu', 'Password reset'], 'account.remove': ['Xóa người dùng', 'Account removed'],
    'token.add': ['Tạo mã truy cập', 'Token made'], 'token.revoke': ['Thu hồi mã truy cập', 'Token revoked'], 'config.apply': ['Áp dụng cấu hình', 'Configuration applied'], 'channel.test': ['Gửi tin thử', 'Test message sent'],
    'duty.substitute': ['Thay người trực', 'Substitute put'], 'duty.guest': ['Thêm người trực ngoài danh sách', 'Guest added'], 'duty.addresses': ['Đổi tạm địa chỉ liên hệ', 'Other addresses of a contact for a while'], 'duty.withdraw': ['Thu hồi thay đổi tạm thời', 'Change for a while withdrawn'],
    'reading.tell': ['Nhập tay số đo', 'Reading entered by hand'], 'meter.exchange': ['Thay đồng hồ', 'Meter exchanged'], 'value.force': ['Đặt giá trị bằng tay', 'Value set by hand'], 'value.release': ['Bỏ giá trị đặt tay', 'Value released'], 'maintenance.service': ['Ghi bảo dưỡng', 'Service recorded'],
    'alarm.acknowledge': ['Xác nhận cảnh báo', 'Alarm acknowledged'], 'alarm.reset': ['Đặt lại cảnh báo', 'Alarm reset'], 'alarm.shelve': ['Tạm ẩn cảnh báo', 'Alarm shelved'], 'alarm.unshelve': ['Bỏ tạm ẩn cảnh báo', 'Alarm unshelved'],
    'mode.begin': ['Đặt chế độ', 'Mode set'], 'mode.end': ['Kết thúc chế độ', 'Mode ended'], 'measure.add': ['Thêm biện pháp phòng ngừa', 'Preventive measure added'], 'measure.done': ['Biện pháp phòng ngừa đã xong', 'Preventive measure done'], 'measure.drop': ['Bỏ biện pháp phòng ngừa', 'Preventive measure dropped'],
    'black_spot.add': ['Thêm điểm đen', 'Black spot added'], 'black_spot.amend': ['Sửa điểm đen', 'Black spot amended'], 'black_spot.inspect': ['Ghi kiểm tra điểm đen', 'Black spot inspected'], 'black_spot.close': ['Đóng điểm đen', 'Black spot closed'],
    'report.prepare': ['Lập báo cáo', 'Report prepared'], 'report.issue': ['Phát hành báo cáo', 'Report issued'], 'shift.take': ['Nhận ca', 'Shift taken'], 'shift.note': ['Ghi sổ ca', 'Shift log written'], 'shift.hand_over': ['Giao ca', 'Shift handed over'], 'shift.accept': ['Nhận bàn giao ca', 'Shift accepted'], 'shift.relieve': ['Nhận ca thay', 'Shift taken without a hand-over'],
    'incident.open': ['Mở sự cố', 'Incident opened'], 'incident.call': ['Ghi tin báo của khách hàng', 'Call recorded'], 'incident.known': ['Trung tâm tiếp nhận sự cố', 'Incident known at the centre'], 'incident.approve': ['Duyệt phương án khắc phục', 'Remedy approved'], 'incident.evaluate': ['Đánh giá sự cố', 'Incident evaluated'],
    'incident.close': ['Đóng sự cố', 'Incident closed'], 'incident.duty_done': ['Đã làm việc phải báo', 'Duty done'], 'incident.duty_waive': ['Bỏ việc phải báo: không cần', 'Duty waived'], 'incident.large': ['Ghi mức ảnh hưởng lớn', 'Large effect told'],
};

/** An act of the record of acts; one this page has no word for, as it came. */
export const auditActWord = (action: string, lang: Lang): string => (Array.isArray(AUDIT_ACTS[action]) ? pick(AUDIT_ACTS[action]!, lang) : action);

export const auditMemberWord = words({
    key: ['mã của lần gửi', 'key'], role: ['vai trò', 'role'], supplier: ['đơn vị cấp nước', 'supplier'], language: ['ngôn ngữ', 'language'], leads: ['trưởng ca', 'leads the shift'], disabled: ['đã khóa', 'locked'], must_change: ['phải đổi mật khẩu', 'must change the password'], removed: ['đã xóa', 'removed'],
    sites: ['công trình', 'sites'], addresses: ['từ địa chỉ', 'from addresses'], purpose: ['dùng cho', 'purpose'], revoked: ['đã thu hồi', 'revoked'], value: ['giá trị', 'value'], new_start: ['chỉ số đầu của đồng hồ mới', 'start of the new meter'], old_end: ['chỉ số cuối của đồng hồ cũ', 'end of the old meter'], at: ['lúc', 'at'], until: ['đến', 'until'],
    point: ['điểm đo', 'point'], rule: ['quy tắc', 'rule'], state: ['trạng thái', 'state'], mode: ['chế độ', 'mode'], ended: ['kết thúc', 'ended'], ended_on: ['ngày kết thúc', 'ended on'], due: ['hạn', 'due'], site: ['công trình', 'site'], zone: ['khu vực', 'zone'], text: ['nội dung', 'text'], to: ['gửi đến', 'to'], tries: ['số lần thử', 'tries'],
    claimed: ['thời điểm được ghi', 'claimed'], member: ['sự việc', 'member'], class: ['loại', 'class'], cause: ['nguyên nhân', 'cause'], measure: ['biện pháp', 'measure'], measures: ['số biện pháp', 'measures'], from: ['từ nút', 'from'], told: ['lúc gửi', 'told'],
});

export const alarmEndWord = words({ retired: ['quy tắc đã đổi hoặc bỏ', 'its rule was changed or taken out'], superseded: ['được thay bằng cảnh báo khác', 'another took its place'] });
