#include "standard_rows.h"

#include <math.h>

#include "model/known.h"

const struct conf_setting STANDARD_FILE[] = {
    { CONF_SECTION("standard", struct standard_file_row, standard), .required = true, .help = "the set" },
    { CONF_LIST("limits", struct standard_file_row, limits), .required = true, .help = "its rows" },
    { CONF_LIST("sums", struct standard_file_row, sums),
      .help = "rules over several: the sum of value / limit stays within 1" },
};

const struct conf_setting STANDARD[] = {
    { CONF_ID("id", struct standard_row, id), .required = true, .help = "for machines; never changes" },
    { CONF_TEXT("name", struct standard_row, name), .required = true, .help = "for people, in Vietnamese" },
    { CONF_TEXT("name_en", struct standard_row, name_en), .help = "the same in English" },
    { CONF_ID("series", struct standard_row, series),
      .help = "sets of one series follow each other without gap or overlap; its own id when not given" },
    { CONF_TEXT("issued_by", struct standard_row, issued_by), .help = "document that sets it" },
    { CONF_CHOICE("layer", struct standard_row, layer), .fallback = "national", .choices = STANDARD_LAYERS,
      .help = "who sets it" },
    { CONF_BOOL("advisory", struct standard_row, advisory), .fallback = "false",
      .help = "shown beside the others, decides nothing" },
    { CONF_BOOL("partial", struct standard_row, partial), .fallback = "false",
      .help = "holds some rows of its regulation only" },
    { KNOWN_DAY("in_force_from", struct standard_row, from), .required = true,
      .help = "first day, YYYY-MM-DD" },
    { KNOWN_DAY("in_force_until", struct standard_row, until),
      .help =
          "last day; a set that has ended and has no successor is still applied, and says that it ended" },
};

const struct conf_setting LIMIT[] = {
    { CONF_TEXT("row", struct limit_row, row), .required = true, .help = "its number in the regulation" },
    { CONF_ID("parameter", struct limit_row, parameter), .required = true, .help = "what is limited" },
    { CONF_ID("instead", struct limit_row, instead),
      .help = "parameter that may be tested in its place, under the same limit" },
    { CONF_TEXT("name", struct limit_row, name), .required = true, .help = "for people, in Vietnamese" },
    { CONF_TEXT("name_en", struct limit_row, name_en), .help = "the same in English" },
    { CONF_TEXT("cas", struct limit_row, cas), .help = "CAS number of the substance" },
    { CONF_CHOICE("group", struct limit_row, group), .fallback = "none", .choices = LIMIT_GROUPS,
      .help = "group of the regulation" },
    { CONF_ID("subgroup", struct limit_row, subgroup), .help = "heading it stands under" },
    { CONF_TEXT("unit", struct limit_row, unit),
      .help = "unit of its bounds; that of its parameter when not given" },
    { CONF_NUMBER("low", struct limit_row, low), .help = "least value within" },
    { CONF_NUMBER("high", struct limit_row, high), .help = "greatest value within" },
    { CONF_BOOL("strict", struct limit_row, strict), .fallback = "false",
      .help = "a value on the bound itself is outside" },
    { CONF_TEXT("pass", struct limit_row, pass), .help = "what is asked where there is no number" },
    { CONF_TEXT("basis", struct limit_row, basis), .help = "what the number counts, as in \"as N\"" },
    { CONF_CHOICE("only_if", struct limit_row, only_if), .fallback = "always", .choices = LIMIT_CONDITIONS,
      .help = "water it holds for" },
    { CONF_COUNT("seen_in", struct limit_row, seen_in), .fallback = "0", .low = 0, .high = 100,
      .help = "independent public copies in which this row was read" },
    { CONF_TEXT("unverified", struct limit_row, unverified),
      .help = "what of it was not checked against a copy; it is said with every verdict" },
};

const struct conf_setting LIMIT_SUM[] = {
    { CONF_TEXT("row", struct sum_row, row), .required = true, .help = "its number in the regulation" },
    { CONF_LIST("terms", struct sum_row, terms), .required = true, .help = "2 to 8 parameters of the set" },
    { CONF_TEXT("unverified", struct sum_row, unverified), .help = "as for a row" },
};

const struct conf_setting SUM_TERM[] = {
    { CONF_ID("parameter", struct term_row, parameter), .required = true, .help = "one that has a row" },
    { CONF_NUMBER("limit", struct term_row, limit), .required = true, .low = 0, .high = INFINITY,
      .help = "what its value is divided by, in the unit of its row" },
};

static const struct standards_table TABLES[] = {
    { "standards file", STANDARD_FILE, COUNT_OF(STANDARD_FILE) },
    { "standard", STANDARD, COUNT_OF(STANDARD) },
    { "standard: limit", LIMIT, COUNT_OF(LIMIT) },
    { "standard: sum", LIMIT_SUM, COUNT_OF(LIMIT_SUM) },
    { "standard: sum: term", SUM_TERM, COUNT_OF(SUM_TERM) },
};

size_t standards_tables(const struct standards_table **out)
{
    *out = TABLES;
    return COUNT_OF(TABLES);
}
