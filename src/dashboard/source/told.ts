/* What the daemon says of wires and of its parts, in Vietnamese.  It says it in English, one sentence for log and page;
 * here each is known by its words, with % where something of the moment stands.  Pure. */
import type { Lang } from './format';

const SAID: readonly (readonly [en: string, vi: string])[] = [
    /* lines: src/acquire */
    ['no whole answer in % ms', 'không có trả lời trọn vẹn trong % ms'],
    ['no answer in % ms', 'không trả lời trong % ms'],
    ['no answer in % ms, only answers to other questions', 'không trả lời trong % ms, chỉ có trả lời cho câu hỏi khác'],
    ['no answer in % ms; an earlier one came after % ms, too late: raise answer_within', 'không trả lời trong % ms; lần trước trả lời sau % ms, quá muộn: hãy tăng answer_within'],
    ['wrong answer: byte count %, asked %', 'trả lời sai: số byte %, đã hỏi %'],
    ['wrong answer: frame that contradicts itself, bytes %, asked %', 'trả lời sai: khung dữ liệu tự mâu thuẫn, % byte'],
    ['wrong answer: % %, asked %', 'trả lời sai: % %, đã hỏi %'],
    ['exception %, %', 'thiết bị báo lỗi %, %'],
    ['exception %', 'thiết bị báo lỗi %'],
    ['% % to %: exception %, %', '% % đến %: thiết bị báo lỗi %, %'],
    ['identity, registers % to %: %', 'nhận dạng, thanh ghi % đến %: %'],
    ['%: a value larger than one answer of the device', '%: giá trị dài hơn một lần trả lời của thiết bị'],
    ['% closed the connection', '% đã đóng kết nối'],
    ['closed at the other end', 'đầu bên kia đã đóng'],
    ['not taken whole', 'không nhận trọn vẹn'],
    ['answer is not a frame: %', 'trả lời không phải là khung dữ liệu: %'],
    ['answer of % bytes', 'trả lời dài % byte'],
    ['receive from %: %', 'nhận từ %: %'],
    ['send to %: not taken', 'gửi đến %: không nhận'],
    ['send to %: %', 'gửi đến %: %'],
    ['connect %: no answer in % ms', 'kết nối %: không trả lời trong % ms'],
    ['connect %: %', 'kết nối %: %'],
    ['look up %: %', 'tra tên %: %'],
    ['nobody calls on % (refused so far: %)', 'chưa có thiết bị nào gọi đến % (đã từ chối: %)'],
    ['listen on %: %', 'chờ gọi đến ở %: %'],
    ['it has called again, or another has', 'thiết bị đã gọi lại, hoặc thiết bị khác gọi'],
    ['% is gone: %', '% không còn: %'],
    ['% is not open', '% chưa mở'],
    ['% is in use by another wire or program', '% đang được đường truyền hoặc chương trình khác dùng'],
    ['% is no serial port: %', '% không phải cổng nối tiếp: %'],
    ['% cannot be set up: %', '% không đặt được: %'],
    ['% does not take this speed, parity and number of stop bits', '% không nhận tốc độ, chẵn lẻ và số bit dừng này'],
    ['open %: %', 'mở %: %'],
    ['% is never silent: % bytes in % ms that nobody asked for (another master, noise, wrong wiring)', '% không lúc nào im: % byte trong % ms không ai hỏi (có máy chủ khác, nhiễu, sai dây)'],
    ['% of % bytes came back as echo: this adapter has none (set echo: false), or the line is cut', '% trên % byte dội lại: bộ chuyển đổi này không dội (đặt echo: false), hoặc đứt dây'],
    ['the echo is not what was sent: a collision, or noise', 'tín hiệu dội không giống tín hiệu đã gửi: va chạm hoặc nhiễu'],
    ['what was sent came back: the adapter echoes, set echo: true', 'tín hiệu đã gửi dội lại: bộ chuyển đổi có dội, đặt echo: true'],
    ['more than % bytes without a silence', 'hơn % byte liền không ngắt'],
    ['% bytes behind the answer: noise, or a second device answers', '% byte thừa sau trả lời: nhiễu, hoặc có thiết bị thứ hai trả lời'],
    ['% bytes of noise before the answer', '% byte nhiễu trước trả lời'],
    ['% bytes that are no answer:% (noise, a collision, a wrong baud rate or parity)', '% byte không phải trả lời:% (nhiễu, va chạm, sai tốc độ hoặc chẵn lẻ)'],
    ['check sum % where % is right (noise, a collision, a wrong baud rate or parity)', 'mã kiểm % thay vì % (nhiễu, va chạm, sai tốc độ hoặc chẵn lẻ)'],
    ['the answer breaks off after % of % bytes', 'trả lời đứt sau % trên % byte'],
    ['the answer breaks off after % bytes', 'trả lời đứt sau % byte'],
    /* parts: src/app/health.c, channels.c, people.c */
    ['not written: %', 'không ghi được: %'],
    ['the disk is full: the ballast is given up, the oldest readings go so that events fit', 'đĩa đầy: đã bỏ phần dự phòng, số đo cũ nhất nhường chỗ cho sự kiện'],
    ['% records, % bytes, % readings wait for the database', '% bản ghi, % byte, % số đo chờ chuyển vào cơ sở dữ liệu'],
    ['% rows delivered, % entries of the past on their way', 'đã chuyển % dòng, còn % mục cũ đang chuyển'],
    ['% rows delivered', 'đã chuyển % dòng'],
    ['not connected', 'chưa kết nối'],
    ['% days wait to be packed; last done: %; %', '% ngày chờ nén; xong lần cuối: %; %'],
    ['no trouble', 'không vướng mắc'],
    ['nothing yet', 'chưa có'],
    ['another node does it', 'nút khác đang làm'],
    ['database: connection to server at %, port % failed: %', 'không kết nối được máy chủ cơ sở dữ liệu %, cổng %: %'],
    ['database: connection to server on socket % failed: %', 'không kết nối được cơ sở dữ liệu qua %: %'],
    ['database: no answer within % ms', 'cơ sở dữ liệu không trả lời trong % ms'],
    ['database: no answer before it was time to stop', 'cơ sở dữ liệu chưa trả lời thì đã đến lúc dừng'],
    ['database: server closed the connection unexpectedly', 'máy chủ cơ sở dữ liệu ngắt kết nối'],
    ['database: not connected', 'chưa kết nối cơ sở dữ liệu'],
    ['database: %', 'cơ sở dữ liệu báo: %'],
    ['FATAL:  terminating connection due to administrator command', 'người quản trị ngắt kết nối'], ['FATAL:  the database system is starting up', 'máy chủ đang khởi động'], ['FATAL:  the database system is shutting down', 'máy chủ đang dừng'],
    ['FATAL:  password authentication failed for user %', 'sai mật khẩu của %'], ['FATAL:  too many connections for %', 'quá nhiều kết nối cho %'], ['FATAL:  sorry, too many clients already', 'quá nhiều kết nối'], ['FATAL:  % does not exist', 'không có %'],
    ['the database has no capnuoc schema yet: run the migration', 'cơ sở dữ liệu chưa có cấu trúc: hãy chạy migrate'],
    ['the database has schema version %, this program needs %: run the migration', 'cấu trúc cơ sở dữ liệu là bản %, chương trình cần bản %: hãy chạy migrate'],
    ['the database has schema version %, this program knows only %: start the newer program', 'cấu trúc cơ sở dữ liệu là bản %, chương trình chỉ biết đến bản %: hãy dùng chương trình mới hơn'],
    ['% of % wires up', '%/% đường truyền bình thường'],
    ['synchronised', 'đã đồng bộ'],
    ['the kernel does not say that its clock is synchronised', 'hệ điều hành chưa báo là đồng hồ đã đồng bộ'],
    ['% not heard for % s', '%: không thấy tín hiệu % giây'],
    ['% not heard since the start, % s', '%: chưa thấy tín hiệu từ lúc khởi động, % giây'],
    ['clock of % % s ahead of ours', 'đồng hồ của % nhanh hơn % giây'],
    ['clock of % % s behind ours', 'đồng hồ của % chậm hơn % giây'],
    ['our clock differs from the database\'s by % s', 'đồng hồ của máy lệch % giây so với cơ sở dữ liệu'],
    ['no others', 'không có nút khác'],
    ['% others, all heard', '% nút khác, đều có tín hiệu'],
    ['none: nobody is told of incidents', 'chưa có: không ai được báo về sự cố'],
    ['% letters lost; %', 'mất % thư; %'],
    ['% down, % letters wait: %', '% không gửi được, % thư đang chờ: %'],
    ['%: % letters taken, % wait, % refused', '%: đã nhận % thư, % đang chờ, % bị từ chối'],
    ['compared with the database: %', 'đã đối chiếu với cơ sở dữ liệu: %'],
    ['a change is in force and not on the disk yet', 'thay đổi đã có hiệu lực, chưa ghi vào đĩa'],
    /* libcurl, of a channel */
    ['Could not resolve host: %', 'không tra được tên máy %'], ['Failed to connect to % port % after % ms: %', 'không kết nối được %, cổng % (sau % ms): %'],
    ["Couldn't connect to server", 'không kết nối được máy chủ'], ['Timeout was reached', 'quá thời gian chờ'], ['Operation timed out after % milliseconds with % bytes received', 'quá thời gian chờ, sau % ms nhận được % byte'],
    ['Connection timed out after % milliseconds', 'quá thời gian chờ kết nối, % ms'], ['Login denied', 'sai tên hoặc mật khẩu'], ['SSL peer certificate or SSH remote key was not OK', 'không tin được chứng thư của máy chủ'],
    ['SSL certificate problem: %', 'không tin được chứng thư của máy chủ: %'], ['Empty reply from server', 'máy chủ không trả lời gì'], ['Server returned nothing (no headers, no data)', 'máy chủ không trả lời gì'],
    ['its address is link-local, multicast or none: never called', 'địa chỉ nội bộ máy, phát nhóm hoặc không có: không bao giờ gọi'], ['no memory', 'hết bộ nhớ'],
    /* the system */
    ['Connection refused', 'kết nối bị từ chối'], ['Connection timed out', 'hết thời gian chờ kết nối'], ['Connection reset by peer', 'đầu bên kia ngắt kết nối'], ['No route to host', 'không có đường đến máy'],
    ['Network is unreachable', 'không đến được mạng'], ['Broken pipe', 'đường truyền đứt'], ['No such file or directory', 'không có tệp hoặc cổng này'], ['Permission denied', 'không được phép'], ['Input/output error', 'lỗi vào ra'],
    ['No space left on device', 'đĩa đầy'], ['Name or service not known', 'không biết tên này'], ['Temporary failure in name resolution', 'tạm thời chưa tra được tên'],
    /* what a device answers with, and what of an answer is wrong */
    ['illegal function', 'hàm không được hỗ trợ'], ['illegal data address', 'không có địa chỉ này'], ['illegal data value', 'giá trị không hợp lệ'], ['device failure', 'thiết bị hỏng'], ['device busy', 'thiết bị đang bận'], ['acknowledge', 'thiết bị đã nhận, đang xử lý'], ['unknown exception', 'lỗi lạ'],
    ['memory parity', 'lỗi bộ nhớ'], ['gateway path', 'cổng nối không có đường'], ['no answer behind the gateway', 'thiết bị sau cổng nối không trả lời'],
    ['byte count', 'số byte'], ['frame that contradicts itself, bytes', 'khung dữ liệu tự mâu thuẫn, số byte'], ['function', 'mã hàm'], ['unit', 'địa chỉ'], ['length', 'độ dài'], ['transaction', 'số giao dịch'],
    ['holding', 'thanh ghi giữ'], ['input', 'thanh ghi vào'], ['coil', 'cuộn dây'], ['discrete', 'đầu vào rời rạc'],
];

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/* What has more words of its own is tried first: "send to %: not taken" before "send to %: %". */
const words = (en: string): number => en.replaceAll('%', '').length;
const KNOWN = [...SAID].sort((a, b) => words(b[0]) - words(a[0]))
    .map(([en, vi]) => ({ is: new RegExp(`^${en.split('%').map(quoted).join('(.*?)')}$`), vi: vi.split('%') }));
const DEPTH = 4; /* of sentences within sentences */

function oneOf(text: string, depth: number): string | null {
    for (const { is, vi } of KNOWN) {
        const found = is.exec(text);
        if (found) return vi.map((part, n) => part + (n + 1 < vi.length ? (depth && inVietnamese(found[n + 1]!, depth - 1)) || found[n + 1]! : '')).join('');
    }
    const of = depth ? /^([\w.:-]+): (.+)$/.exec(text) : null; /* a device and what it did */
    const rest = of && oneOf(of[2]!, depth - 1);
    return rest && `${of[1]}: ${rest}`;
}

/* Several may stand together, with semicolons; but some have one of their own. */
function inVietnamese(text: string, depth: number): string | null {
    const parts = text.split('; ');
    const each = parts.length > 1 ? parts.map((p) => oneOf(p, depth)) : [];
    if (each.length && each.every(Boolean)) return each.join('; ');
    return oneOf(text, depth) ?? (each.some(Boolean) ? each.map((p, n) => p ?? parts[n]!).join('; ') : null);
}

/** What is not known stays as it was said: better English than nothing. */
export function told(text: string, lang: Lang): string {
    return lang === 'en' ? text : inVietnamese(text, DEPTH) ?? text;
}

/** For the test that compares this with the daemon's own sentences. */
export const knows = (format: string): boolean => inVietnamese(format, 0) !== null;
