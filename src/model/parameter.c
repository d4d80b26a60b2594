#include "model/parameter.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "conf/mistakes.h"

static const struct parameter_kind PARAMETERS[] = {
    /* hydraulics */
    { "flow", "m3/h", "Lưu lượng" },
    { "volume", "m3", "Tổng lượng" },
    { "pressure", "bar", "Áp lực" },
    { "level", "m", "Mực nước" },
    { "sludge_level", "m", "Mức bùn" },
    { "head_loss", "m", "Tổn thất áp lực" },
    { "velocity", "m/s", "Vận tốc" },
    { "rain", "mm", "Lượng mưa" },
    /* quality of water */
    { "free_chlorine", "mg/L", "Clo dư tự do" },
    { "total_chlorine", "mg/L", "Clo dư tổng" },
    { "chlorine_dose", "mg/L", "Liều châm clo" },
    { "chemical_dose", "mg/L", "Liều châm hóa chất" },
    { "chlorine_gas", "ppm", "Khí clo trong không khí" },
    { "chemical_feed", "kg/h", "Lượng châm hóa chất" },
    { "turbidity", "NTU", "Độ đục" },
    { "ph", "-", "pH" },
    { "temperature", "°C", "Nhiệt độ" },
    { "conductivity", "µS/cm", "Độ dẫn điện" },
    { "tds", "mg/L", "Tổng chất rắn hòa tan" },
    { "suspended_solids", "mg/L", "Chất rắn lơ lửng" },
    { "salinity", "g/L", "Độ mặn" },
    { "dissolved_oxygen", "mg/L", "Oxy hòa tan" },
    { "orp", "mV", "Thế oxy hóa khử" },
    { "colour", "TCU", "Độ màu" },
    { "uv_absorbance", "1/m", "Độ hấp thụ UV" },
    { "hardness", "mg/L", "Độ cứng" },
    { "alkalinity", "mg/L", "Độ kiềm" },
    { "permanganate_index", "mg/L", "Chỉ số pecmanganat" },
    { "ammonium", "mg/L", "Amoni" },
    { "nitrate", "mg/L", "Nitrat" },
    { "nitrite", "mg/L", "Nitrit" },
    { "chloride", "mg/L", "Clorua" },
    { "sulfate", "mg/L", "Sunfat" },
    { "fluoride", "mg/L", "Florua" },
    { "iron", "mg/L", "Sắt" },
    { "manganese", "mg/L", "Mangan" },
    { "aluminium", "mg/L", "Nhôm" },
    { "arsenic", "mg/L", "Asen" },
    /* found in samples, by a laboratory */
    { "thermotolerant_coliform", "CFU/100 mL", "Coliform chịu nhiệt" },
    { "coliform", "CFU/100 mL", "Coliform" },
    { "e_coli", "CFU/100 mL", "E. coli" },
    { "taste_odour", "-", "Mùi, vị" },
    { "staphylococcus_aureus", "CFU/100 mL", "Tụ cầu vàng" },
    { "pseudomonas_aeruginosa", "CFU/100 mL", "Trực khuẩn mủ xanh" },
    { "antimony", "mg/L", "Antimon" },
    { "barium", "mg/L", "Bari" },
    { "boron", "mg/L", "Bor tính chung cho cả Borat và axit Boric" },
    { "cadmium", "mg/L", "Cadmi" },
    { "lead", "mg/L", "Chì" },
    { "chromium", "mg/L", "Chromi" },
    { "copper", "mg/L", "Đồng" },
    { "zinc", "mg/L", "Kẽm" },
    { "sodium", "mg/L", "Natri" },
    { "nickel", "mg/L", "Nickel" },
    { "selenium", "mg/L", "Seleni" },
    { "sulfide", "mg/L", "Sunfua" },
    { "mercury", "mg/L", "Thuỷ ngân" },
    { "cyanide", "mg/L", "Xyanua" },
    { "trichloroethane_111", "µg/L", "1,1,1-Tricloroetan" },
    { "dichloroethane_12", "µg/L", "1,2-Dicloroetan" },
    { "dichloroethene_12", "µg/L", "1,2-Dicloroeten" },
    { "carbon_tetrachloride", "µg/L", "Cacbontetraclorua" },
    { "dichloromethane", "µg/L", "Diclorometan" },
    { "tetrachloroethene", "µg/L", "Tetracloroeten" },
    { "trichloroethene", "µg/L", "Tricloroeten" },
    { "vinyl_chloride", "µg/L", "Vinyl clorua" },
    { "benzene", "µg/L", "Benzen" },
    { "ethylbenzene", "µg/L", "Etylbenzen" },
    { "phenols", "µg/L", "Phenol và dẫn xuất của Phenol" },
    { "styrene", "µg/L", "Styren" },
    { "toluene", "µg/L", "Toluen" },
    { "xylenes", "µg/L", "Xylen" },
    { "dichlorobenzene_12", "µg/L", "1,2-Diclorobenzen" },
    { "monochlorobenzene", "µg/L", "Monoclorobenzen" },
    { "trichlorobenzenes", "µg/L", "Triclorobenzen" },
    { "acrylamide", "µg/L", "Acrylamide" },
    { "epichlorohydrin", "µg/L", "Epiclohydrin" },
    { "hexachlorobutadiene", "µg/L", "Hexacloro butadien" },
    { "dibromo_chloropropane_12_3", "µg/L", "1,2-Dibromo-3 Cloropropan" },
    { "dichloropropane_12", "µg/L", "1,2-Dicloropropan" },
    { "dichloropropene_13", "µg/L", "1,3-Dichloropropen" },
    { "d_24", "µg/L", "2,4-D" },
    { "db_24", "µg/L", "2,4-DB" },
    { "alachlor", "µg/L", "Alachlor" },
    { "aldicarb", "µg/L", "Aldicarb" },
    { "atrazine", "µg/L", "Atrazine và các dẫn xuất chloro-s-triazine" },
    { "carbofuran", "µg/L", "Carbofuran" },
    { "chlorpyrifos", "µg/L", "Chlorpyrifos" },
    { "chlordane", "µg/L", "Clodane" },
    { "chlorotoluron", "µg/L", "Clorotoluron" },
    { "cyanazine", "µg/L", "Cyanazine" },
    { "ddt", "µg/L", "DDT và các dẫn xuất" },
    { "dichlorprop", "µg/L", "Dichloprop" },
    { "fenoprop", "µg/L", "Fenoprop" },
    { "hydroxyatrazine", "µg/L", "Hydroxyatrazine" },
    { "isoproturon", "µg/L", "Isoproturon" },
    { "mcpa", "µg/L", "MCPA" },
    { "mecoprop", "µg/L", "Mecoprop" },
    { "methoxychlor", "µg/L", "Methoxychlor" },
    { "molinate", "µg/L", "Molinate" },
    { "pendimethalin", "µg/L", "Pendimetalin" },
    { "permethrin", "µg/L", "Permethrin" },
    { "propanil", "µg/L", "Propanil" },
    { "simazine", "µg/L", "Simazine" },
    { "trifluralin", "µg/L", "Trifuralin" },
    { "trichlorophenol_246", "µg/L", "2,4,6-Triclorophenol" },
    { "bromate", "µg/L", "Bromat" },
    { "bromodichloromethane", "µg/L", "Bromodichloromethane" },
    { "bromoform", "µg/L", "Bromoform" },
    { "chloroform", "µg/L", "Chloroform" },
    { "dibromoacetonitrile", "µg/L", "Dibromoacetonitrile" },
    { "dibromochloromethane", "µg/L", "Dibromochloromethane" },
    { "dichloroacetonitrile", "µg/L", "Dichloroacetonitrile" },
    { "dichloroacetic_acid", "µg/L", "Dichloroacetic acid" },
    { "formaldehyde", "µg/L", "Formaldehyde" },
    { "monochloramine", "mg/L", "Monochloramine" },
    { "monochloroacetic_acid", "µg/L", "Monochloroacetic acid" },
    { "trichloroacetic_acid", "µg/L", "Trichloroacetic acid" },
    { "trichloroacetonitrile", "µg/L", "Trichloroaxetonitril" },
    { "gross_alpha", "Bq/L", "Tổng hoạt độ phóng xạ α" },
    { "gross_beta", "Bq/L", "Tổng hoạt độ phóng xạ β" },
    /* electricity and machines */
    { "power", "kW", "Công suất" },
    { "apparent_power", "kVA", "Công suất biểu kiến" },
    { "reactive_power", "kvar", "Công suất phản kháng" },
    { "power_factor", "-", "Hệ số công suất" },
    { "energy", "kWh", "Điện năng" },
    { "specific_energy", "kWh/m3", "Suất tiêu hao điện" },
    { "frequency", "Hz", "Tần số" },
    { "current", "A", "Dòng điện" },
    { "voltage", "V", "Điện áp" },
    { "speed", "vòng/phút", "Tốc độ quay" },
    { "vibration", "mm/s", "Độ rung" },
    { "run_time", "h", "Thời gian chạy" },
    { "starts", "lần", "Số lần khởi động" },
    { "counter", "lần", "Số lần" },
    { "mass", "kg", "Khối lượng" },
    { "pumps_running", "bơm", "Số bơm đang chạy" },
    { "valve_position", "%", "Độ mở van" },
    { "humidity", "%", "Độ ẩm" },
    { "signal_strength", "dBm", "Cường độ tín hiệu" },
    { "instrument_status", "-", "Trạng thái thiết bị đo" },
    { "pump_status", "-", "Trạng thái bơm" },
    { "status", "-", "Trạng thái" },
};

const struct parameter_kind *parameter_find(const char *id)
{
    for (size_t i = 0; i < COUNT_OF(PARAMETERS); i++)
        if (strcmp(PARAMETERS[i].id, id) == 0)
            return &PARAMETERS[i];
    return NULL;
}

const char *parameter_nearest(const char *id)
{
    const char *known[COUNT_OF(PARAMETERS)];

    for (size_t i = 0; i < COUNT_OF(PARAMETERS); i++)
        known[i] = PARAMETERS[i].id;
    return conf_nearest(id, known, COUNT_OF(PARAMETERS));
}

bool parameter_own(const char *id)
{
    return strncmp(id, "x-", 2) == 0 && id[2] != '\0';
}
