#include "places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

static const struct place_zone ZONES[PLACES_ZONES] = {
    [ZONE_DOAN_KET] = { "doan-ket", 25 },
    [ZONE_QUYET_THANG] = { "quyet-thang", 25 },
    [ZONE_DONG_PHONG] = { "dong-phong", 20 },
    [ZONE_CENTRE] = { "trung-tam", 25 },
    [ZONE_TAN_PHONG] = { "tan-phong", 15 },
    [ZONE_COUNT + WORKS_BINH_LU] = { "binh-lu", 20 },
    [ZONE_COUNT + WORKS_NAM_NHUN] = { "nam-nhun", 15 },
    [ZONE_COUNT + WORKS_TAN_UYEN] = { "tan-uyen", 15 },
    [ZONE_COUNT + WORKS_TRUNG_DONG] = { "trung-dong", 8 },
    [ZONE_COUNT + WORKS_PHIN_HO] = { "phin-ho", 2 },
    [ZONE_COUNT + WORKS_TA_PHIN] = { "ta-phin", 2 },
};

static const struct place_pump PUMPS[] = {
    { "bom-tho-1", PLACE_RAW_PUMP, 0, 0 },
    { "bom-tho-2", PLACE_RAW_PUMP, 0, 1 },
    { "bom-tho-3", PLACE_RAW_PUMP, 0, 2 },
    { "bom-1", PLACE_BOOSTER, 0, 0 },
    { "bom-2", PLACE_BOOSTER, 0, 1 },
    { "gieng-1", PLACE_WORKS_PUMP, WORKS_BINH_LU, 0 },
    { "gieng-2", PLACE_WORKS_PUMP, WORKS_BINH_LU, 1 },
    { "gieng-3", PLACE_WORKS_PUMP, WORKS_BINH_LU, 2 },
    { "bom-nam-nhun-1", PLACE_WORKS_PUMP, WORKS_NAM_NHUN, 0 },
    { "bom-nam-nhun-2", PLACE_WORKS_PUMP, WORKS_NAM_NHUN, 1 },
    { "bom-tan-uyen-1", PLACE_WORKS_PUMP, WORKS_TAN_UYEN, 0 },
    { "bom-tan-uyen-2", PLACE_WORKS_PUMP, WORKS_TAN_UYEN, 1 },
    { "bom-trung-dong-1", PLACE_WORKS_PUMP, WORKS_TRUNG_DONG, 0 },
    { "bom-trung-dong-2", PLACE_WORKS_PUMP, WORKS_TRUNG_DONG, 1 },
};

static const struct place_site SITES[] = {
    { .name = "lai-chau",
      .works = PLACES_TOWN,
      .mains = true,
      .doses = true,
      .stream = true,
      .filters = 4,
      .dark = { "pt-nmn", "dd-nuoc-tho", "tl-1", "tl-2", "tl-3", "tl-4", "clo-nmn" } },
    { .name = "tan-phong",
      .works = PLACES_TOWN,
      .station = true,
      .mains = true,
      .dark = { "bom-1", "bom-2" } },
    { .name = "binh-lu",
      .works = WORKS_BINH_LU,
      .mains = true,
      .doses = true,
      .stream = true,
      .filters = WORKS_FILTERS,
      .dark = { "pt-binh-lu", "gieng-1", "gieng-2", "gieng-3" } },
    { .name = "nam-nhun",
      .works = WORKS_NAM_NHUN,
      .mains = true,
      .doses = true,
      .stream = true,
      .filters = WORKS_FILTERS,
      .dark = { "pt-nam-nhun", "dd-nam-nhun", "bom-nam-nhun-1", "bom-nam-nhun-2" } },
    { .name = "tan-uyen",
      .works = WORKS_TAN_UYEN,
      .mains = true,
      .dark = { "bom-tan-uyen-1", "bom-tan-uyen-2" } },
    { .name = "trung-dong",
      .works = WORKS_TRUNG_DONG,
      .mains = true,
      .dark = { "bom-trung-dong-1", "bom-trung-dong-2" } },
    { .name = "phin-ho", .works = WORKS_PHIN_HO, .doses = true, .stream = true },
    { .name = "ta-phin", .works = WORKS_TA_PHIN, .doses = true, .stream = true },
};

const struct place_zone *places_zone(unsigned zone)
{
    return &ZONES[zone];
}

int places_zone_named(const char *name)
{
    char *end;
    unsigned long n;

    for (unsigned i = 0; i < PLACES_ZONES; i++)
        if (strcmp(ZONES[i].name, name) == 0)
            return (int)i;
    if (strncmp(name, "zone-", 5) != 0 || name[5] < '1' || name[5] > '9')
        return -1;
    n = strtoul(name + 5, &end, 10);
    return *end == '\0' && n <= PLACES_ZONES ? (int)n - 1 : -1;
}

const struct place_pump *places_pump_named(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(PUMPS); i++)
        if (strcmp(PUMPS[i].name, name) == 0)
            return &PUMPS[i];
    return NULL;
}

const struct place_site *places_site_named(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(SITES); i++)
        if (strcmp(SITES[i].name, name) == 0)
            return &SITES[i];
    return NULL;
}

static void list(char out[PLACES_LIST_MAX], const char *name)
{
    size_t len = strlen(out);

    (void)snprintf(out + len, PLACES_LIST_MAX - len, "%s%s", len > 0 ? ", " : "", name);
}

void places_list_zones(char out[PLACES_LIST_MAX])
{
    out[0] = '\0';
    for (unsigned i = 0; i < PLACES_ZONES; i++)
        list(out, ZONES[i].name);
}

void places_list_pumps(char out[PLACES_LIST_MAX])
{
    out[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(PUMPS); i++)
        list(out, PUMPS[i].name);
}

void places_list_sites(char out[PLACES_LIST_MAX])
{
    out[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(SITES); i++)
        list(out, SITES[i].name);
}
