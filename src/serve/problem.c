#include "problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum { PROBLEM_TEXT_MAX = 4096, SUBJECT_MAX = 160, REFUSAL_TEXT_MAX = 200 };

struct row {
    const char *type;
    unsigned status;
    const char *title[LANG_COUNT];
    const char *detail[LANG_COUNT]; /* "{}" stands for the subject */
};

/* clang-format off */
#define BAD_VALUE "/problems/bad-value", 400, { "Giá trị không hợp lệ", "Value not allowed" }

static const struct row ROWS[PROBLEM_COUNT] = {
    [PROBLEM_MALFORMED] = { "/problems/malformed-request", 400, { "Yêu cầu sai cú pháp", "Malformed request" },
        { "Địa chỉ hoặc tiêu đề của yêu cầu sai cú pháp.", "The request's target or header is not well formed." } },
    [PROBLEM_FRAMING] = { "/problems/ambiguous-length", 400, { "Độ dài yêu cầu mơ hồ", "Ambiguous length" },
        { "Tiêu đề {} bị lặp hoặc mâu thuẫn nhau.", "The header {} is repeated or contradicts another." } },
    [PROBLEM_UNWANTED_BODY] = { "/problems/unwanted-body", 400, { "Không nhận nội dung", "No body expected" },
        { "Yêu cầu này không được kèm nội dung.", "This request must not carry a body." } },
    [PROBLEM_UNKNOWN_PARAMETER] = { "/problems/unknown-parameter", 400, { "Tham số không tồn tại", "Unknown parameter" },
        { "Địa chỉ này không có tham số “{}”.", "There is no parameter “{}” here." } },
    [PROBLEM_TOO_MANY_PARAMETERS] = { "/problems/unknown-parameter", 400, { "Tham số không tồn tại", "Unknown parameter" },
        { "Một địa chỉ có nhiều nhất 12 tham số.", "An address has 12 parameters at most." } },
    [PROBLEM_REPEATED_PARAMETER] = { "/problems/repeated-parameter", 400, { "Tham số bị lặp", "Repeated parameter" },
        { "Tham số “{}” chỉ được có một lần.", "The parameter “{}” may stand only once." } },
    [PROBLEM_VALUE_LIMIT] = { BAD_VALUE,
        { "“{}” phải là số nguyên từ 1 đến 1000.", "“{}” must be a whole number from 1 to 1000." } },
    [PROBLEM_VALUE_BUCKETS] = { BAD_VALUE,
        { "“{}” phải là số nguyên từ 1 đến 2000.", "“{}” must be a whole number from 1 to 2000." } },
    [PROBLEM_VALUE_FORMAT] = { BAD_VALUE,
        { "“{}” chỉ có thể là json hoặc csv.", "“{}” can only be json or csv." } },
    [PROBLEM_VALUE_ALL] = { BAD_VALUE,
        { "“{}” chỉ có thể là all, và chỉ cùng với bảng csv.", "“{}” can only be all, and only with csv." } },
    [PROBLEM_VALUE_POINTS] = { BAD_VALUE,
        { "“{}” phải là từ 1 đến 50 mã điểm đo có thật, cách nhau bằng dấu phẩy, mỗi mã một lần.",
          "“{}” must be 1 to 50 ids of points that exist, separated by commas, each once." } },
    [PROBLEM_VALUE_TOGETHER] = { BAD_VALUE,
        { "“{}” nhân với số điểm đo không được quá 20000.", "“{}” times the number of points must not exceed 20000." } },
    [PROBLEM_VALUE_QUALITY] = { BAD_VALUE,
        { "“{}” phải là good, uncertain hoặc bad.", "“{}” must be good, uncertain or bad." } },
    [PROBLEM_VALUE_TEXT] = { BAD_VALUE,
        { "“{}” phải có từ 1 đến 100 byte.", "“{}” must have 1 to 100 bytes." } },
    [PROBLEM_VALUE_SITE] = { BAD_VALUE, { "Không có công trình “{}”.", "There is no site “{}”." } },
    [PROBLEM_VALUE_ZONE] = { BAD_VALUE, { "Không có khu vực cấp nước “{}”.", "There is no zone “{}”." } },
    [PROBLEM_VALUE_WIRE] = { BAD_VALUE, { "Không có đường truyền “{}”.", "There is no wire “{}”." } },
    [PROBLEM_VALUE_SUPPLIER] = { BAD_VALUE, { "Không có đơn vị cấp nước “{}”.", "There is no supplier “{}”." } },
    [PROBLEM_VALUE_SYSTEM] = { BAD_VALUE, { "Không có hệ thống cấp nước “{}”.", "There is no system “{}”." } },
    [PROBLEM_VALUE_AREA] = { BAD_VALUE, { "Không có đơn vị hành chính “{}”.", "There is no area “{}”." } },
    [PROBLEM_VALUE_DAY] = { BAD_VALUE,
        { "“{}” phải là một ngày có thật dạng năm-tháng-ngày, ví dụ 2025-07-01.",
          "“{}” must be a day that exists, such as 2025-07-01." } },
    [PROBLEM_VALUE_DAYS] = { BAD_VALUE,
        { "“{}” không được sau “to”, và nhiều nhất là 400 ngày.",
          "“{}” must not be after “to”, and 400 days are the most." } },
    [PROBLEM_VALUE_ROWS] = { BAD_VALUE,
        { "Khoảng này có quá 2.000.000 số đọc; hãy chọn khoảng ngắn hơn.",
          "There are more than 2,000,000 readings in this span; ask for a shorter one." } },
    [PROBLEM_VALUE_CURSOR] = { BAD_VALUE,
        { "“{}” phải là giá trị “next” của trang trước.", "“{}” must be the “next” of an earlier page." } },
    [PROBLEM_VALUE_SINCE] = { BAD_VALUE,
        { "“{}” phải là giá trị “cursor” của lần trả lời trước.",
          "“{}” must be the “cursor” of an earlier answer." } },
    [PROBLEM_VALUE_TIME] = { BAD_VALUE,
        { "“{}” phải là thời điểm RFC 3339, ví dụ 2026-11-23T19:10:38+07:00.",
          "“{}” must be an RFC 3339 time such as 2026-11-23T19:10:38+07:00." } },
    [PROBLEM_VALUE_ORDER] = { BAD_VALUE,
        { "“{}” phải trước “to”.", "“{}” must be before “to”." } },
    [PROBLEM_VALUE_SPAN] = { BAD_VALUE,
        { "Khoảng thời gian không được dài quá 10 năm.", "The span must not be longer than 10 years." } },
    [PROBLEM_VALUE_BOOK] = { BAD_VALUE,
        { "Cần một “site” hoặc một “system” có thật, không cả hai.", "One “site” or one “system” that exists is needed, not both." } },
    [PROBLEM_VALUE_BOOK_SPAN] = { BAD_VALUE,
        { "Khoảng thời gian không được dài quá 366 ngày.", "The span must not be longer than 366 days." } },
    [PROBLEM_VALUE_PAGE] = { BAD_VALUE,
        { "“{}” phải là số nguyên từ 1 đến 100.", "“{}” must be a whole number from 1 to 100." } },
    [PROBLEM_VALUE_NEEDS_SPAN] = { BAD_VALUE,
        { "“{}” chỉ dùng cùng “from” hoặc “to”.", "“{}” is taken with “from” or “to” only." } },
    [PROBLEM_VALUE_MONTH] = { BAD_VALUE,
        { "Khoảng thời gian không được dài quá 31 ngày.", "The span must not be longer than 31 days." } },
    [PROBLEM_VALUE_OPERATORS] = { BAD_VALUE,
        { "“{}” phải là số nguyên từ 1 đến 100.", "“{}” must be a whole number from 1 to 100." } },
    [PROBLEM_VALUE_RINGS] = { BAD_VALUE,
        { "Có quá nhiều cảnh báo trong khoảng này; hãy hỏi khoảng ngắn hơn.",
          "There were too many alarms in this span; ask for a shorter one." } },
    [PROBLEM_VALUE_REPORT] = { BAD_VALUE,
        { "Kỳ này có nhiều số liệu hơn một báo cáo chứa được; hãy chọn kỳ ngắn hơn hoặc một đơn vị cấp nước.",
          "There is more in this period than one report holds; ask for a shorter one, or for one supplier." } },
    [PROBLEM_VALUE_TOPICS] = { BAD_VALUE,
        { "“{}” chỉ gồm points, alarms, incidents và shifts, cách nhau bằng dấu phẩy.", "“{}” can only be points, alarms, incidents and shifts, with commas between." } },
    [PROBLEM_VALUE_TOLD_TEXT] = { BAD_VALUE,
        { "“{}” phải là chuỗi đúng độ dài: key 8–64 ký tự A-Z a-z 0-9 - _ . , who 1–100 byte, note đến 240 byte.",
          "“{}” must be a string that fits: key 8 to 64 of A-Z a-z 0-9 - _ . , who 1 to 100 bytes, note up to 240." } },
    [PROBLEM_VALUE_WHY] = { BAD_VALUE,
        { "“{}” phải là chuỗi đến 240 byte; tạm ẩn cảnh báo và đặt chế độ thì phải có lý do.",
          "“{}” must be a string of up to 240 bytes; shelving and modes need a reason." } },
    [PROBLEM_VALUE_STATE] = { BAD_VALUE, { "Giá trị phải là một trong: {}.", "The value must be one of: {}." } },
    [PROBLEM_VALUE_BATCH] = { BAD_VALUE,
        { "“{}”: key 8–47 ký tự A-Z a-z 0-9 - _ . , alarms từ 1 đến 50 mã khác nhau.",
          "“{}”: key 8 to 47 of A-Z a-z 0-9 - _ . , alarms 1 to 50 different ids." } },
    [PROBLEM_VALUE_MODE] = { BAD_VALUE,
        { "“{}” phải là calibration, maintenance, out_of_service, rota, drill hoặc backwash.",
          "“{}” must be calibration, maintenance, out_of_service, rota, drill or backwash." } },
    [PROBLEM_VALUE_MODE_PLACE] = { BAD_VALUE,
        { "Phải có đúng một trong site, device, point.", "There must be exactly one of site, device, point." } },
    [PROBLEM_VALUE_NUMBER] = { BAD_VALUE, { "“{}” phải là một số.", "“{}” must be a number." } },
    [PROBLEM_VALUE_KIND] = { BAD_VALUE,
        { "“{}” phải là system, account, token, local, nobody hoặc contact.", "“{}” must be system, account, token, local, nobody or contact." } },
    [PROBLEM_BODY_JSON] = { "/problems/malformed-json", 400, { "JSON không hợp lệ", "Malformed JSON" },
        { "Nội dung phải là một đối tượng JSON đúng chuẩn, không lặp tên, văn bản không có ký tự điều khiển.",
          "The body must be one strict JSON object without repeated names, its texts without control "
          "characters." } },
    [PROBLEM_UNKNOWN_FIELD] = { "/problems/unknown-field", 400, { "Trường không tồn tại", "Unknown field" },
        { "Không có trường “{}”.", "There is no field “{}” here." } },
    [PROBLEM_VALUE_TOKEN] = { BAD_VALUE,
        { "“{}” phải là chuỗi chứa mã truy cập.", "“{}” must be a string: the access token." } },
    [PROBLEM_VALUE_ROLE] = { BAD_VALUE,
        { "“{}” phải là một vai trò: viewer, operator, laboratory, technician, authority, administrator (mã truy cập: cả agency).",
          "“{}” must be a role: viewer, operator, laboratory, technician, authority, administrator (tokens: agency, too)." } },
    [PROBLEM_VALUE_BOOL] = { BAD_VALUE, { "“{}” phải là true hoặc false.", "“{}” must be true or false." } },
    [PROBLEM_VALUE_PASSWORD] = { "/problems/password-too-weak", 422, { "Mật khẩu chưa đạt", "Password not good enough" },
        { "Mật khẩu mới cần ít nhất 10 ký tự, ít nhất 5 ký tự khác nhau, khác mật khẩu cũ và không chứa tên đăng nhập.",
          "A new password has 10 characters or more, five different ones, is not the old one and does not hold the name." } },
    [PROBLEM_NO_COUNTER] = { "/problems/no-counter", 400, { "Không phải đồng hồ tổng", "Not a counter" },
        { "Điểm đo “{}” không đếm: cấu hình không có total_max_flow.",
          "The point “{}” does not count: its configuration has no total_max_flow." } },
    [PROBLEM_NO_CREDENTIAL] = { "/problems/credential-needed", 401, { "Cần đăng nhập", "Sign in first" },
        { "Cần mã truy cập hợp lệ hoặc phiên đăng nhập còn hạn.", "A valid access token or a live session is needed." } },
    [PROBLEM_WRONG_TOKEN] = { "/problems/wrong-token", 401, { "Mã truy cập không đúng", "Wrong token" },
        { "Mã truy cập không đúng.", "This access token is not right." } },
    [PROBLEM_WRONG_PASSWORD] = { "/problems/wrong-password", 401, { "Sai tên hoặc mật khẩu", "Wrong name or password" },
        { "Tên đăng nhập hoặc mật khẩu không đúng.", "The name or the password is not right." } },
    [PROBLEM_MUST_CHANGE] = { "/problems/password-change-needed", 403, { "Cần đổi mật khẩu", "Change your password first" },
        { "Mật khẩu này chỉ dùng một lần: hãy đổi mật khẩu trước.", "This password is for one use: change it first." } },
    [PROBLEM_PEOPLE_ONLY] = { "/problems/people-only", 403, { "Chỉ dành cho tài khoản", "For accounts only" },
        { "Chỉ tài khoản của người dùng mới có mật khẩu và phiên; mã truy cập thì không.",
          "Only the account of a person has a password and sessions; a token has none." } },
    [PROBLEM_NOT_WHOLE] = { "/problems/not-for-one-supplier", 403, { "Ngoài phạm vi", "Beyond what is yours to see" },
        { "Nội dung này thuộc mọi đơn vị cấp nước; quyền của bạn chỉ gồm một phần.",
          "This is about every supplier; you may see a part only." } },
    [PROBLEM_CROSS_SITE] = { "/problems/cross-site", 403, { "Yêu cầu từ trang khác", "Request from another site" },
        { "Yêu cầu thay đổi phải đến từ chính trang này.", "A request that changes something must come from this page itself." } },
    [PROBLEM_NOT_YOUR_ROLE] = { "/problems/not-your-role", 403, { "Vai trò không có quyền này", "Not for your role" },
        { "Tài khoản hoặc mã truy cập này không có vai trò được làm việc đó.",
          "The role of this account or token may not do this." } },
    [PROBLEM_LEADERS_ONLY] = { "/problems/leaders-only", 403, { "Chỉ dành cho trưởng ca", "Shift leaders only" },
        { "Chỉ trưởng ca được tạm ẩn cảnh báo về sức khỏe và an toàn.",
          "Only who leads the shift may shelve an alarm of health or safety." } },
    [PROBLEM_LEADERS_MODE] = { "/problems/leaders-only", 403, { "Chỉ dành cho trưởng ca", "Shift leaders only" },
        { "Chỉ trưởng ca được làm im cảnh báo về sức khỏe quá 8 giờ.",
          "Only who leads the shift may keep health alarms silent for longer than 8 hours." } },
    [PROBLEM_LEADERS_TEST] = { "/problems/leaders-only", 403, { "Chỉ dành cho trưởng ca", "Shift leaders only" },
        { "Chỉ trưởng ca hoặc quản trị viên được thử kênh báo tin.",
          "Only who leads the shift, or an administrator, may try a channel." } },
    [PROBLEM_NOT_FOUND] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Không có gì ở địa chỉ này.", "There is nothing at this address." } },
    [PROBLEM_NO_SUCH_POINT] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Không có điểm đo “{}”.", "There is no point “{}”." } },
    [PROBLEM_NO_SUCH_PLACE] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Danh sách này không có “{}”.", "There is no “{}” in this list." } },
    [PROBLEM_NO_SUCH_ALARM] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Không có cảnh báo nào đang mở với mã này.", "No alarm of this id is open." } },
    [PROBLEM_NO_SUCH_MODE] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Không có nơi hoặc chế độ nào như vậy.", "There is no such place or mode." } },
    [PROBLEM_NO_SUCH_MEASURE] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Không có biện pháp hoặc điểm đen nào như vậy.", "There is no such measure or black spot." } },
    [PROBLEM_NO_SUCH_CHANNEL] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Không có kênh báo tin nào như vậy.", "There is no such channel." } },
    [PROBLEM_METHOD] = { "/problems/method-not-allowed", 405, { "Phương thức không được phép", "Method not allowed" },
        { "Địa chỉ này chỉ nhận: {}.", "This address only takes: {}." } },
    [PROBLEM_NO_LENGTH] = { "/problems/length-required", 411, { "Thiếu độ dài nội dung", "Length required" },
        { "Nội dung phải có Content-Length.", "The body must come with a Content-Length." } },
    [PROBLEM_BODY_TOO_LARGE] = { "/problems/body-too-large", 413, { "Nội dung quá lớn", "Body too large" },
        { "Nội dung không được quá 4096 byte.", "The body must not be larger than 4096 bytes." } },
    [PROBLEM_TARGET_TOO_LONG] = { "/problems/target-too-long", 414, { "Địa chỉ quá dài", "Address too long" },
        { "Địa chỉ của yêu cầu không được quá 2048 byte.", "The request's address must not be longer than 2048 bytes." } },
    [PROBLEM_MEDIA_TYPE] = { "/problems/media-type", 415, { "Kiểu nội dung không nhận", "Media type not taken" },
        { "Nội dung phải là application/json.", "The body must be application/json." } },
    [PROBLEM_KEY_TAKEN] = { "/problems/key-taken", 409, { "Khóa đã dùng", "Key was used before" },
        { "Khóa này đã được dùng để ghi nội dung khác.", "Something else was told under this key." } },
    [PROBLEM_CONFLICT] = { "/problems/conflict", 409, { "Mâu thuẫn với hiện trạng", "It conflicts with what there is" },
        { "Không thực hiện được: {}.", "It was not done: {}." } },
    [PROBLEM_STEP_REFUSED] = { "/problems/step-refused", 409, { "Bước này chưa được phép", "The step is not allowed" },
        { "{}.", "{}." } },
    [PROBLEM_NO_SUCH_REPORT] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Không có báo cáo đã phát hành nào với mã này.", "There is no issued report of this id." } },
    [PROBLEM_NO_SUCH_INCIDENT] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Không có sự cố nào với mã này.", "There is no incident of this id." } },
    [PROBLEM_VALUE_WORD] = { BAD_VALUE,
        { "“{}” phải là một trong:", "“{}” must be one of:" } }, /* the words follow */
    [PROBLEM_VALUE_INCIDENT] = { BAD_VALUE,
        { "“{}” phải là mã (chữ số, trong dấu nháy) của sự cố hoặc thành phần có thật.",
          "“{}” must be the id, digits in a string, of an incident or a member that exists." } },
    [PROBLEM_VALUE_PLACE] = { BAD_VALUE,
        { "Cần “site” hoặc “zone” có thật.", "A “site” or a “zone” that exists is needed." } },
    [PROBLEM_VALUE_STEP_TEXT] = { BAD_VALUE,
        { "“{}” phải là chuỗi đúng độ dài: key 8–64 ký tự A-Z a-z 0-9 - _ . , note và to đến 240 byte, caller đến 80, phone đến 32.",
          "“{}” must be a string that fits: key 8 to 64 of A-Z a-z 0-9 - _ . , note and to up to 240 bytes, caller 80, phone 32." } },
    [PROBLEM_VALUE_PLANNED] = { BAD_VALUE,
        { "“{}” nhiều nhất là 4 biện pháp, mỗi biện pháp có what và responsible; chỉ cho sự cố của nút này.",
          "“{}” must be at most 4 measures, each with what and responsible, of an incident of this node." } },
    [PROBLEM_VALUE_PREVENTION_TEXT] = { BAD_VALUE,
        { "“{}” phải là chuỗi đúng độ dài: key 8–64 ký tự A-Z a-z 0-9 - _ . , responsible và looked_by đến 100 byte, what, found, evidence và why đến 240.",
          "“{}” must be a string that fits: key 8 to 64 of A-Z a-z 0-9 - _ . , responsible and looked_by up to 100 bytes, what, found, evidence and why up to 240." } },
    [PROBLEM_NOT_ASSIGNED] = { "/problems/not-assigned", 403, { "Chưa được giao", "Not assigned to you" },
        { "Kỹ thuật viên chỉ làm việc trên sự cố được giao cho mình.",
          "A technician works on the incidents assigned to them." } },
    [PROBLEM_NO_SUCH_SHIFT] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Không có ca trực hoặc dòng sổ ca nào như vậy.", "There is no such shift or entry of its log." } },
    [PROBLEM_NO_SHEET] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Ca này không có phiếu bàn giao: không có ai giao ca.",
          "This shift has no hand-over sheet: nobody handed it over." } },
    [PROBLEM_NOBODY_ON] = { "/problems/conflict", 409, { "Không thể làm lúc này", "Not possible now" },
        { "Chưa có ai nhận ca.", "Nobody is on: take the shift first." } },
    [PROBLEM_NOT_YOUR_SHIFT] = { "/problems/not-your-shift", 403, { "Không phải ca của bạn", "Not your shift" },
        { "Không được phép: {}.", "Not allowed: {}." } },
    [PROBLEM_SHIFT_PEOPLE] = { "/problems/people-only", 403, { "Chỉ dành cho tài khoản", "For accounts only" },
        { "Chỉ người có tài khoản mới nhận ca và giao ca; mã truy cập chỉ ghi sổ ca được.",
          "Only the account of a person takes and hands over a shift; a token may write into its log." } },
    [PROBLEM_VALUE_SHIFT_ACT] = { BAD_VALUE,
        { "“{}” phải là take, note, hand_over hoặc accept.", "“{}” must be take, note, hand_over or accept." } },
    [PROBLEM_VALUE_SHIFT_ID] = { BAD_VALUE,
        { "“{}” phải là mã gồm 16 chữ số thập lục phân.", "“{}” must be an id of 16 hex digits." } },
    [PROBLEM_VALUE_LOG_TEXT] = { BAD_VALUE,
        { "“{}” phải là chuỗi dài tối đa 1000 byte; một dòng sổ ca phải có nội dung.",
          "“{}” must be a string of up to 1000 bytes; a note has words." } },
    [PROBLEM_VALUE_LOG_POINT] = { BAD_VALUE, { "“{}” không phải là điểm đo có thật.", "“{}” is not a point that exists." } },
    [PROBLEM_VALUE_TO] = { BAD_VALUE,
        { "“{}” phải là tên tài khoản của người vận hành có thể nhận ca này.",
          "“{}” must be the name of an operator's account who may take this shift." } },
    [PROBLEM_VALUE_CONTACT] = { BAD_VALUE,
        { "“{}” phải là tên (id) của một liên hệ có địa chỉ trong kênh này.",
          "“{}” must be the id of a contact that has an address in this channel." } },
    [PROBLEM_VALUE_STOPGAP] = { BAD_VALUE,
        { "“{}” phải là chuỗi đúng độ dài: roster, who, by, contact và supplier dưới 64 byte, name 1–159 byte, why 1–240 byte.",
          "“{}” must be a string that fits: roster, who, by, contact and supplier less than 64 bytes, name 1 to 159, why 1 to 240." } },
    [PROBLEM_VALUE_PHONE] = { BAD_VALUE,
        { "“{}” phải là số điện thoại, ví dụ 0912345678 hoặc +84912345678.",
          "“{}” must be the number of a telephone such as 0912345678 or +84912345678." } },
    [PROBLEM_VALUE_EMAIL] = { BAD_VALUE,
        { "“{}” phải là địa chỉ thư điện tử.", "“{}” must be an e-mail address." } },
    [PROBLEM_VALUE_NO_CHANNEL] = { BAD_VALUE,
        { "Máy chủ này chưa cấu hình kênh “{}”.", "This node has no channel “{}”." } },
    [PROBLEM_VALUE_ROSTER_SPAN] = { BAD_VALUE,
        { "“{}” và “to” không được cách nhau quá 31 ngày.", "“{}” and “to” must be at most 31 days apart." } },
    [PROBLEM_NO_SUCH_CHANGE] = { "/problems/not-found", 404, { "Không tìm thấy", "Not found" },
        { "Không có thay đổi tạm thời nào như vậy.", "There is no such temporary change." } },
    [PROBLEM_VALUE_SHEET] = { BAD_VALUE,
        { "“{}” chỉ có thể là html hoặc json.", "“{}” can only be html or json." } },
    [PROBLEM_CANNOT_BE] = { "/problems/cannot-be", 422, { "Không thể ghi nhận", "That cannot be" },
        { "Không thể ghi nhận: {}.", "It was not taken: {}." } },
    [PROBLEM_WRONG_HOST] = { "/problems/wrong-host", 421, { "Sai tên máy chủ", "Wrong host" },
        { "Máy chủ này chỉ trả lời cho localhost và các tên trong http.hosts.", "This server answers for localhost and the names in http.hosts only." } },
    [PROBLEM_TOO_MANY_TRIES] = { "/problems/too-many-tries", 429, { "Thử sai quá nhiều lần", "Too many wrong tries" },
        { "Có quá nhiều lần thử mã sai; hãy đợi một lát.", "There were too many wrong tries; wait a little." } },
    [PROBLEM_TRIED_OFTEN] = { "/problems/too-often", 429, { "Thử quá dày", "Tried too often" },
        { "Đang có một lần thử chưa xong, hoặc kênh này đã được thử 5 lần trong 10 phút; hãy đợi theo Retry-After.",
          "One test is under way, or this channel was tried 5 times within 10 minutes; wait as Retry-After says." } },
    [PROBLEM_TOO_OFTEN] = { "/problems/too-often", 429, { "Yêu cầu quá dày", "Asked too often" },
        { "Số yêu cầu trong một phút đã vượt mức cho phép; hãy đợi theo Retry-After.",
          "More requests in a minute than are allowed; wait as Retry-After says." } },
    [PROBLEM_NO_MEMORY] = { "/problems/internal", 500, { "Lỗi nội bộ", "Internal error" },
        { "Không đủ bộ nhớ cho câu trả lời.", "There was no memory for the answer." } },
    [PROBLEM_BUSY] = { "/problems/busy", 503, { "Đang quá tải", "Busy" },
        { "Đang có quá nhiều yêu cầu loại này; hãy thử lại.", "Too many requests of this kind are under way; try again." } },
    [PROBLEM_NOT_KEPT] = { "/problems/not-kept", 503, { "Chưa ghi được", "It could not be kept" },
        { "Đĩa của nút này không ghi được. Quyền mới cấp không có hiệu lực; quyền bị thu hồi đã hết hiệu lực tại đây.",
          "This node's disk took nothing. What was to be granted is not; what was taken away is gone here all the same." } },
    [PROBLEM_NO_HISTORY] = { "/problems/history-away", 503, { "Chưa truy cập được lịch sử", "History is away" },
        { "Cơ sở dữ liệu hiện không trả lời; giá trị hiện tại không bị ảnh hưởng.",
          "The database does not answer now; present values are not affected." } },
    [PROBLEM_NOT_READY] = { "/problems/not-ready", 503, { "Chưa sẵn sàng", "Not ready yet" },
        { "Hệ thống đang khởi động.", "The system is starting." } },
    [PROBLEM_STOPPING] = { "/problems/stopping", 503, { "Đang dừng", "Stopping" },
        { "Hệ thống đang dừng.", "The system is stopping." } },
    [PROBLEM_TOO_LATE] = { "/problems/took-too-long", 504, { "Quá thời gian", "Took too long" },
        { "Câu hỏi về lịch sử mất quá nhiều thời gian; hãy chọn khoảng ngắn hơn.",
          "The question about the past took too long; ask for a shorter span." } },
};
/* clang-format on */

static const char NO_MEMORY_TEXT[] =
    "{\"type\":\"/problems/internal\",\"title\":\"Internal error\",\"status\":500}";

static bool is_second_byte(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* At most SUBJECT_MAX bytes of what a client sent, never half a character. */
static void add_subject(struct strbuf *b, const char *subject)
{
    size_t n = strlen(subject);

    if (n > SUBJECT_MAX) {
        n = SUBJECT_MAX;
        while (n > 0 && is_second_byte(subject[n]))
            n--;
    }
    strbuf_add(b, subject, n);
}

static void fill(struct strbuf *b, const char *sentence, const char *subject)
{
    const char *gap = strstr(sentence, "{}");

    if (gap == NULL) {
        strbuf_puts(b, sentence);
        return;
    }
    strbuf_add(b, sentence, (size_t)(gap - sentence));
    add_subject(b, subject == NULL ? "?" : subject);
    strbuf_puts(b, gap + 2);
}

static void write_body(struct strbuf *body, const struct row *row, enum lang lang, const char *field,
                       const char *subject, const char *reason, const char *const *words)
{
    struct json_out j;
    struct strbuf text;

    strbuf_init(&text, PROBLEM_TEXT_MAX);
    fill(&text, row->detail[lang], subject == NULL ? field : subject);
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        strbuf_printf(&text, "%s%s%s", i == 0 ? " " : ", ", words[i], words[i + 1] == NULL ? "." : "");
    json_out_init(&j, body);
    json_open_object(&j);
    json_key(&j, "type");
    json_string(&j, row->type);
    json_key(&j, "title");
    json_string(&j, row->title[lang]);
    json_key(&j, "status");
    json_int(&j, row->status);
    json_key(&j, "detail");
    json_string(&j, text.text);
    if (field != NULL) {
        strbuf_reset(&text);
        add_subject(&text, field);
        json_key(&j, "field");
        json_string(&j, text.text);
    }
    if (reason != NULL)
        json_member_text(&j, "reason", reason);
    json_close_object(&j);
    strbuf_clear(&text);
}

static void make(struct reply *r, enum lang lang, enum problem_kind kind, const char *field,
                 const char *subject, const char *reason, const char *const *words)
{
    const struct row *row = &ROWS[kind];
    struct strbuf body;

    reply_clear(r);
    r->status = row->status;
    r->type = TYPE_PROBLEM;
    r->content_language = lang == LANG_EN ? "en" : "vi";
    r->vary = "Accept-Language";
    r->challenge = row->status == 401;
    strbuf_init(&body, PROBLEM_TEXT_MAX);
    write_body(&body, row, lang, field, subject, reason, words);
    r->plain = blob_take(&body);
    if (r->plain == NULL)
        r->plain = blob_borrow(NO_MEMORY_TEXT, sizeof NO_MEMORY_TEXT - 1);
}

void problem(struct reply *r, enum lang lang, enum problem_kind kind, const char *field, const char *subject)
{
    make(r, lang, kind, field, subject, NULL, NULL);
}

void problem_word(struct reply *r, enum lang lang, const char *field, const char *const *words)
{
    make(r, lang, PROBLEM_VALUE_WORD, field, NULL, NULL, words);
}

const char *problem_words(enum lang lang, const struct fault *why)
{
    return lang == LANG_VI && why->vi != NULL ? why->vi : why->text;
}

void problem_of_act(struct reply *r, enum lang lang, enum err code, const struct fault *why,
                    enum problem_kind missing, enum problem_kind denied)
{
    switch (code) {
    case ERR_MISSING: problem(r, lang, missing, NULL, NULL); return;
    case ERR_RANGE: problem(r, lang, PROBLEM_CANNOT_BE, NULL, problem_words(lang, why)); return;
    case ERR_DENIED: problem(r, lang, denied, NULL, problem_words(lang, why)); return;
    case ERR_STATE: problem(r, lang, PROBLEM_CONFLICT, NULL, problem_words(lang, why)); return;
    default: break;
    }
    problem(r, lang, PROBLEM_BUSY, NULL, NULL); /* the journal: full, or the end came first */
    r->retry_after_s = 5;
}

/* Their sentences begin small, as others are put before them elsewhere. */
static void begin_large(char out[REFUSAL_TEXT_MAX], const char *sentence)
{
    (void)snprintf(out, REFUSAL_TEXT_MAX, "%s", sentence);
    if (out[0] >= 'a' && out[0] <= 'z')
        out[0] = (char)(out[0] - 'a' + 'A');
    else if ((unsigned char)out[0] == 0xC4 && (unsigned char)out[1] == 0x91) /* đ */
        out[1] = (char)0x90;
}

void problem_refused(struct reply *r, enum lang lang, enum refusal reason)
{
    char text[REFUSAL_TEXT_MAX];

    begin_large(text, lang == LANG_EN ? refusal_sentence(reason) : refusal_sentence_vi(reason));
    make(r, lang, PROBLEM_STEP_REFUSED, reason == REFUSED_NO_REASON ? "note" : NULL, text,
         refusal_name(reason), NULL);
}

const char *problem_type(enum problem_kind kind)
{
    return ROWS[kind].type;
}

unsigned problem_status(enum problem_kind kind)
{
    return ROWS[kind].status;
}
