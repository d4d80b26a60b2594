/* What a file may say of a limit set: the tables' structs. */
#ifndef STANDARD_ROWS_H
#define STANDARD_ROWS_H

#include "conf/table.h"
#include "model/standard_file.h"

struct standard_file_row {
    const struct conf_node *standard, *limits, *sums;
};

struct standard_row {
    char id[ID_MAX], name[NAME_MAX_BYTES], name_en[NAME_MAX_BYTES], series[ID_MAX], issued_by[LIMIT_NOTE_MAX];
    char from[DAY_ISO_MAX], until[DAY_ISO_MAX];
    int layer;
    bool advisory, partial;
};

struct limit_row {
    char row[LIMIT_ROW_MAX], parameter[ID_MAX], instead[ID_MAX], name[NAME_MAX_BYTES],
        name_en[NAME_MAX_BYTES], cas[CAS_MAX], subgroup[ID_MAX], unit[LIMIT_UNIT_MAX], pass[LIMIT_NOTE_MAX],
        basis[LIMIT_NOTE_MAX], unverified[LIMIT_NOTE_MAX];
    double low, high;
    bool strict;
    int group, only_if;
    int64_t seen_in;
};

struct sum_row {
    char row[LIMIT_ROW_MAX], unverified[LIMIT_NOTE_MAX];
    const struct conf_node *terms;
};

struct term_row {
    char parameter[ID_MAX];
    double limit;
};

extern const struct conf_setting STANDARD_FILE[3], STANDARD[10], LIMIT[17], LIMIT_SUM[3], SUM_TERM[2];

#endif
