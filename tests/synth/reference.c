#include "feeds.h"

#include <stdio.h>
#include <string.h>

static int save(struct truth *truth, const char *out, const char *name, int32_t day,
                struct csv_table *table, struct error *error)
{
    char file[64];
    snprintf(file, sizeof file, "%s_%s.csv", name, day_compact(day));
    truth_file(truth, file, "reference", "", day_compact(day), csv_rows(table));
    int result = file_save(out, file, &table->text, error);
    csv_table_release(table);
    return result;
}

static int write_areas(const struct facts *facts, struct truth *truth, const char *out, int32_t day,
                       struct error *error)
{
    struct csv_table postcodes, ranks;
    const char *last = "";
    csv_table_init(&postcodes, "postcodes",
                   (const char *const[]){"Postcode", "LSOA11CD", "LAD19CD"}, NULL, 3);
    csv_table_init(&ranks, "imd_2019", (const char *const[]){"LSOA11CD", "IMD19"}, NULL, 2);
    for (size_t i = 0; i < facts->area_count; i++) {
        const struct area *area = &facts->areas[i];
        csv_row(&postcodes, "Postcode", area->postcode, "LSOA11CD", area->lsoa, "LAD19CD",
                area->council, NULL);
        if (strcmp(area->lsoa, last) != 0) {
            csv_row(&ranks, "LSOA11CD", area->lsoa, "IMD19", note("%u", area->imd_rank), NULL);
        }
        last = area->lsoa;
    }
    if (save(truth, out, "postcodes", day, &postcodes, error) < 0) {
        csv_table_release(&ranks);
        return error->code;
    }
    return save(truth, out, "imd_2019", day, &ranks, error);
}

static int write_practices(const struct facts *facts, struct truth *truth, const char *out,
                           int32_t day, struct error *error)
{
    struct csv_table table;
    csv_table_init(
        &table, "practices",
        (const char *const[]){"PracticeCode", "PracticeName", "Postcode", "CommissionerCode2020"},
        NULL, 4);
    for (size_t i = 0; i < facts->practice_count; i++) {
        const struct practice *practice = &facts->practices[i];
        csv_row(&table, "PracticeCode", practice->code, "PracticeName", practice->name, "Postcode",
                practice->postcode, "CommissionerCode2020", practice->sub_icb, NULL);
    }
    return save(truth, out, "practices", day, &table, error);
}

static int write_providers(struct truth *truth, const char *out, int32_t day, struct error *error)
{
    static const char *const names[][2] = {
        {"RV5", "SOUTH LONDON AND MAUDSLEY NHS FOUNDATION TRUST"},
        {"RPG", "OXLEAS NHS FOUNDATION TRUST"},
        {"G8H03", "COMMUNITY AND VOLUNTARY PROVIDER G8H03"},
        {"LVS01", "LEWISHAM WELLBEING NETWORK (MADE UP)"},
        {"E09000023", "LONDON BOROUGH OF LEWISHAM"}};
    struct csv_table table;
    csv_table_init(&table, "providers", (const char *const[]){"OrgID", "Name"}, NULL, 2);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        csv_row(&table, "OrgID", names[i][0], "Name", names[i][1], NULL);
    }
    return save(truth, out, "providers", day, &table, error);
}

int reference_write(const struct world *world, struct truth *truth, const char *out,
                    struct error *error)
{
    int32_t day = world->last_day;
    if (write_areas(&world->facts, truth, out, day, error) < 0 ||
        write_practices(&world->facts, truth, out, day, error) < 0) {
        return error->code;
    }
    return write_providers(truth, out, day, error);
}
