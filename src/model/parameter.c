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
