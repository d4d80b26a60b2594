#include "model/incident_duty.h"

/* What the last three of a row are, where the plan or a law says that it is owed. */
#define OWED    false, "", ""
#define TARGET  "internal target"
#define QUALITY "water quality"

static const struct duty_row ROWS[DUTY_COUNT] = {
    [DUTY_PARTNER_SUPPLIER] = { "partner_supplier", "đơn vị cung cấp, phân phối", "partner supplier",
                                "plan II.6.2", "another supplier gives or takes water here", OWED },
    [DUTY_LOCAL_AUTHORITY] = { "local_authority", "chính quyền sở tại", "local authority", "plan II.6.2",
                               "water is lost over a wide area, or the effect is large", OWED },
    [DUTY_PEOPLE] = { "people", "nhân dân khu vực chịu ảnh hưởng", "people affected",
                      "plan II.6.2; NĐ 117/2007 Art. 58(2)", "anybody is without water", OWED },
    [DUTY_REPORT_HANDLED] = { "report_handled", "báo cáo sự cố đã khắc phục", "report that it is handled",
                              "plan II.6.4", "the cause is controllable and everything is restored", OWED },
    [DUTY_REPORT_BEYOND_CONTROL] = { "report_beyond_control", "báo cáo sự cố ngoài tầm kiểm soát",
                                     "report of what is beyond control", "plan II.6.4",
                                     "the cause is beyond control", OWED },
    [DUTY_REPORT_LARGE_EFFECT] = { "report_large_effect", "UBND các cấp, Sở Xây dựng",
                                   "People's Committees, Department of Construction", "plan III.1",
                                   "the effect is large", OWED },
    [DUTY_CDC] = { "cdc", "Trung tâm Kiểm soát bệnh tật", "Centre for Disease Control", "plan III.6, III.7",
                   "water quality, or a hazard to health", OWED },
    [DUTY_HEALTH_DEPARTMENT] = { "health_department", "Sở Y tế", "Department of Health", "plan III.6, III.7",
                                 "water quality, or a hazard to health", OWED },
    [DUTY_POLICE] = { "police", "công an", "police", "plan III.12",
                      "the source is threatened, or somebody broke in", OWED },
    [DUTY_TRAFFIC_AUTHORITY] = { "traffic_authority", "cơ quan quản lý giao thông", "traffic authority",
                                 "NĐ 117/2007 Art. 58(2)", "a road is opened", OWED },
    [DUTY_TEMPORARY_SUPPLY] = { "temporary_supply", "cấp nước tạm thời", "temporary supply",
                                "NĐ 117/2007 Art. 58(2)",
                                "people are without water for longer than a large effect takes", OWED },
    [DUTY_OTHER_SUPPLY] = { "other_supply", "phương án cấp nước khác", "plan for another supply",
                            "TT 23/2022/TT-BNNPTNT Art. 12",
                            "rural works, and the interruption may exceed 48 h", OWED },
    [DUTY_WRITTEN_RECORD] = { "written_record", "biên bản sự cố", "written record",
                              "TT 23/2022/TT-BNNPTNT Art. 12", "rural works", OWED },
    [DUTY_ASSESS] = { "assess", "đánh giá chất lượng nước", "assess the water quality", TARGET, QUALITY, true,
                      "đánh giá trong thời hạn nội bộ kể từ khi biết",
                      "assess within the internal time limit once it is known" },
    [DUTY_SAMPLE] = { "sample", "lấy mẫu nước", "take a sample", TARGET, QUALITY, true,
                      "lấy mẫu trong thời hạn nội bộ kể từ khi biết",
                      "sample within the internal time limit once it is known" },
    [DUTY_ISOLATE] = { "isolate", "cô lập nước không đạt", "isolate the bad water", TARGET, QUALITY, true,
                       "cô lập trước khi hết thời gian lưu nước của bể chứa nước sạch",
                       "isolate before the residence time of the clear-water tank is over" },
};

const struct duty_row *duty_row(enum duty_kind k)
{
    return &ROWS[k < DUTY_COUNT ? k : DUTY_WRITTEN_RECORD];
}
