#include "world_rows.h"

#include <math.h>

#include "model/known.h"

const char *const FLOW_SIGNS[] = { "in", "out", NULL };

const struct conf_setting SUPPLIER[] = {
    { CONF_ID("id", struct supplier_row, id), .required = true, .help = "for machines; never changes" },
    { CONF_TEXT("name", struct supplier_row, name), .required = true, .help = "for people" },
    { CONF_TEXT("hotline", struct supplier_row, hotline), .help = "telephone number for customers" },
};

const struct conf_setting SYSTEM[] = {
    { CONF_ID("id", struct system_row, id), .required = true, .help = "for machines; never changes" },
    { CONF_TEXT("name", struct system_row, name), .required = true, .help = "for people" },
    { CONF_ID("supplier", struct system_row, supplier),
      .help = "id of its supplier; needed in a list of systems only" },
    { CONF_CHOICE("kind", struct system_row, kind), .fallback = "urban", .choices = SYSTEM_KINDS,
      .help = "whom it serves" },
    { CONF_NUMBER("capacity", struct system_row, capacity), .low = 0, .high = INFINITY, .unit = "m3/d",
      .help = "what it can produce in a day" },
    { CONF_COUNT("people", struct system_row, people), .low = 0, .high = 1e9, .help = "people it serves" },
    { CONF_CHOICE("source", struct system_row, source), .fallback = "surface", .choices = WATER_SOURCES,
      .help = "where its water comes from; limits of groundwater hold for mixed too" },
    { CONF_CHOICE("disinfection", struct system_row, disinfection), .fallback = "chlorine",
      .choices = DISINFECTIONS, .help = "how it disinfects; limits on chlorine hold where it does" },
    { CONF_CHOICE("terrain", struct system_row, terrain), .fallback = "inland", .choices = TERRAINS,
      .help = "coastal: coast and islands, where more chloride may be in the water" },
    { CONF_LIST("chain", struct system_row, chain),
      .help =
          "steps of treatment in order: intake_screen, pre_settling, mixing, flocculation, sedimentation, "
          "rapid_filtration, slow_filtration, aeration, contact, disinfection, storage" },
    { CONF_SECTION("safety_plan", struct system_row, plan), .help = "water-safety plan" },
};

const struct conf_setting PLAN[] = {
    { CONF_CHOICE("status", struct plan_row, status), .required = true, .choices = PLAN_STATES,
      .help = "how far it is" },
    { KNOWN_DAY("approved_on", struct plan_row, approved_on), .help = "day, YYYY-MM-DD" },
    { KNOWN_DAY("valid_until", struct plan_row, valid_until), .help = "last day" },
    { KNOWN_DAY("next_review", struct plan_row, next_review), .help = "day; reviewed every year" },
};

const struct conf_setting AREA[] = {
    { CONF_ID("id", struct area_row, id), .required = true,
      .help = "official code; in quotes when it is digits" },
    { CONF_TEXT("name", struct area_row, name), .required = true, .help = "official name" },
    { CONF_CHOICE("kind", struct area_row, kind), .required = true, .choices = AREA_KINDS,
      .help = "what it is" },
    { CONF_ID("parent", struct area_row, parent), .help = "id of the area it lies in" },
    { KNOWN_DAY("from", struct area_row, from), .help = "first day it exists" },
    { KNOWN_DAY("until", struct area_row, until), .help = "first day it exists no more" },
    { CONF_LIST("aliases", struct area_row, aliases), .help = "old names, for the search" },
};

const struct conf_setting SITE[] = {
    { CONF_ID("id", struct site_row, id), .required = true, .help = "for machines; never changes" },
    { CONF_TEXT("name", struct site_row, name), .required = true, .help = "for people" },
    { CONF_ID("system", struct site_row, system),
      .help = "id of its system; needed with a list of systems only" },
    { CONF_CHOICE("kind", struct site_row, kind), .required = true, .choices = SITE_KINDS,
      .help = "what it is" },
    { CONF_LIST("location", struct site_row, location), .help = "[latitude, longitude] in degrees, WGS 84" },
    { CONF_ID("area", struct site_row, area), .help = "id of the commune or ward it stands in" },
    { CONF_NUMBER("elevation", struct site_row, elevation), .low = -500, .high = 9000, .unit = "m",
      .help = "above sea" },
    { CONF_DURATION("residence", struct site_row, residence_ms), .low = CLOCK_MINUTE_MS,
      .high = 30.0 * CLOCK_DAY_MS,
      .help = "how long water stays in the clear-water tank here: its volume through the greatest outflow; "
              "bad water is to be isolated before it is over" },
    { CONF_LIST("chain", struct site_row, chain), .help = "steps of treatment here, as for a system" },
    { CONF_LIST("rules", struct site_row, rules), .help = "rules on the points here" },
};

const struct conf_setting MAIN[] = {
    { CONF_ID("id", struct main_row, id), .required = true, .help = "for machines; never changes" },
    { CONF_TEXT("name", struct main_row, name), .required = true, .help = "for people" },
    { CONF_ID("system", struct main_row, system),
      .help = "id of its system; needed with a list of systems only" },
    { CONF_NUMBER("diameter", struct main_row, diameter_mm), .low = 10, .high = 5000, .unit = "mm",
      .help = "nominal" },
    { CONF_LIST("path", struct main_row, path), .required = true,
      .help = "[latitude, longitude] of its ends and bends in degrees, WGS 84; 2 to 100, a longer one is "
              "several" },
};

const struct conf_setting ZONE[] = {
    { CONF_ID("id", struct zone_row, id), .required = true, .help = "for machines; never changes" },
    { CONF_TEXT("name", struct zone_row, name), .required = true, .help = "for people" },
    { CONF_ID("system", struct zone_row, system),
      .help = "id of its system; needed with a list of systems only" },
    { CONF_ID("area", struct zone_row, area), .help = "id of the commune or ward it lies in" },
    { CONF_LIST("versions", struct zone_row, versions), .required = true,
      .help = "what it was from which day on, oldest first" },
};

const struct conf_setting ZONE_VERSION[] = {
    { KNOWN_DAY("from", struct version_row, from), .required = true,
      .help = "first day; it ends where the next begins" },
    { CONF_LIST("flows", struct version_row, flows), .required = true,
      .help = "meters at its edge, at least one of them in" },
    { CONF_COUNT("connections", struct version_row, connections), .low = 0, .high = 1e9,
      .help = "customers" },
    { CONF_COUNT("people", struct version_row, people), .low = 0, .high = 1e9,
      .help = "people who live on it" },
    { CONF_RANGE("elevation", struct version_row, elevation), .unit = "m",
      .help = "[lowest, highest] above sea" },
    { CONF_LIST("critical", struct version_row, critical),
      .help = "ids of the pressure points that are worst off" },
    { CONF_LIST("priority", struct version_row, priority),
      .help = "customers who must not be without water" },
    { CONF_CHOICE("supply", struct version_row, supply), .fallback = "continuous", .choices = SUPPLY_MODES,
      .help = "24 hours a day, or by the hour" },
};

const struct conf_setting ZONE_FLOW[] = {
    { CONF_ID("point", struct flow_row, point), .required = true, .help = "id of a flow or volume point" },
    { CONF_CHOICE("sign", struct flow_row, sign), .required = true, .choices = FLOW_SIGNS,
      .help = "where its water goes" },
};

const struct conf_setting ZONE_PRIORITY[] = {
    { CONF_CHOICE("kind", struct priority_row, kind), .required = true, .choices = PRIORITY_KINDS,
      .help = "what it is" },
    { CONF_TEXT("name", struct priority_row, name), .required = true, .help = "for people" },
};

static const struct world_table TABLES[] = {
    { "supplier", SUPPLIER, COUNT_OF(SUPPLIER) },
    { "system", SYSTEM, COUNT_OF(SYSTEM) },
    { "system: safety_plan", PLAN, COUNT_OF(PLAN) },
    { "area", AREA, COUNT_OF(AREA) },
    { "site", SITE, COUNT_OF(SITE) },
    { "main", MAIN, COUNT_OF(MAIN) },
    { "zone", ZONE, COUNT_OF(ZONE) },
    { "zone: version", ZONE_VERSION, COUNT_OF(ZONE_VERSION) },
    { "zone: flow", ZONE_FLOW, COUNT_OF(ZONE_FLOW) },
    { "zone: priority", ZONE_PRIORITY, COUNT_OF(ZONE_PRIORITY) },
};

size_t world_tables(const struct world_table **out)
{
    *out = TABLES;
    return COUNT_OF(TABLES);
}
