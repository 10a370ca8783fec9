/* test_feed_definition.c: a small definition is read as written, and every way to get one wrong is
 * told at its line and column. */
#include "unit.h"

#include "feed_definition.h"

static const char good_yaml[] = "feed: tiny\n"
                                "title: A tiny feed\n"
                                "sender_kind: council\n"
                                "container: zip\n"
                                "format: csv\n"
                                "files:\n"
                                "  - name: \"TINY_{sender}_{month}.zip\"\n"
                                "replaces: sender_month\n"
                                "load: tiny\n"
                                "header_table: Header\n"
                                "extract_time: Made\n"
                                "required_tables: [Person]\n"
                                "person:\n"
                                "  - {table: Person, local_patient_id: Id, nhs_number: Nhs, "
                                "date_of_birth: Born, holds_back: yes}\n"
                                "  - {table: Contact, via: Person Id}\n";

#define HEAD                                                                                       \
    "table,field,aliases,type,min,max,blank,blank_rule,codes,codes_severity,codes_rule,key,"       \
    "parent,identifier,derivation,column\n"

/* Contact stands before its parent, so that load order is not layout order. */
static const char good_fields[] =
    HEAD "Contact,Contact Id,,an,,20,reject,R1,,,,unique,,local_record_id,token,contact_key:uuid\n"
         "Contact,Person Id,,an,,20,reject,,,,,,Person.Id,local_patient_id,,\n"
         "Contact,Day,Date;Contact Date,date,,,reject,,,,,,,,,day:date\n"
         "Contact,Kind,,an,1,2,ok,,02 01,warn,R2,,,,,kind:text\n"
         "Contact,,,,,,,,,,,,,,patient_key,patient_key:uuid\n"
         "Contact,,,,,,,,,,,,,,age(Day),age:smallint\n"
         "Contact,,,,,,,,,,,,,,token(Person Id),person_token:uuid\n"
         "Header,Made,,datetime,,,reject,,,,,,,,,\n"
         "Person,Id,,an,,20,reject,,,,,unique,,local_patient_id,token,person_token:uuid\n"
         "Person,Nhs,,nhs_number,,,ok,,,,,,,nhs_number,token,nhs:uuid\n"
         "Person,Born,,date,,,ok,,,,,,,date_of_birth,,\n";
static const char good_rules[] = "table,field,rule,other,severity,code\n"
                                 "Contact,Day,within_period,,reject,R3\n";

struct loading {
    struct arena arena;
    struct problem_list problems;
    struct feed feed;
    int result;
};

static void load(struct loading *loading, const char *yaml, const char *fields, const char *rules)
{
    struct error error = {0};

    arena_init(&loading->arena, 0);
    problem_list_init(&loading->problems);
    loading->result =
        feed_definition_parse(&loading->arena, "tiny", slice_of(yaml), slice_of(fields),
                              slice_of(rules), &loading->feed, &loading->problems, &error);
}

static void release(struct loading *loading)
{
    problem_list_release(&loading->problems);
    arena_release(&loading->arena);
}

static void print_problems(const struct loading *loading)
{
    for (size_t i = 0; i < loading->problems.count; i++)
        print_message("  %s: %s\n", loading->problems.items[i].place,
                      loading->problems.items[i].text);
}

static void a_good_definition_is_read_as_written(void **state)
{
    struct loading loading;
    const struct table *contact, *person;
    const struct field *field;

    (void)state;
    load(&loading, good_yaml, good_fields, good_rules);
    print_problems(&loading);
    assert_int_equal(loading.result, 0);
    assert_int_equal(loading.feed.table_count, 3);
    contact = &loading.feed.tables[0];
    person = &loading.feed.tables[2];
    assert_string_equal(contact->stage, "contact");
    assert_int_equal(contact->input_count, 4);
    assert_int_equal(contact->field_count, 7);
    assert_int_equal(contact->column_count, 6);
    assert_string_equal(contact->columns[1].name, "day");

    field = &contact->fields[2];
    assert_string_equal(field->key, "day");
    assert_int_equal(field->alias_count, 2);
    assert_string_equal(field->aliases[1], "contactdate");
    field = &contact->fields[3];
    assert_int_equal(field->codes->count, 2);
    assert_string_equal(field->codes_rule, "R2");
    /* Sorted, whatever the order of the text. */
    assert_memory_equal(field->codes->entries[0].value.data, "01", 2);
    assert_int_equal(field->codes_severity, SEVERITY_WARN);
    assert_int_equal(field->min_length, 1);

    assert_int_equal(contact->rule_count, 1);
    assert_int_equal(contact->rules[0].field, 2);
    assert_true(person->fields[0].is_parent);
    assert_true(person->is_person_table);
    assert_int_equal(person->person.date_of_birth, 2);
    assert_int_equal(contact->person_parent, 1);
    assert_int_equal(loading.feed.extract_time_field, 0);
    assert_int_equal(loading.feed.required_tables[0], 2);
    release(&loading);
}

static void derived_rows_name_their_source(void **state)
{
    struct loading loading;
    const struct table *contact;

    (void)state;
    load(&loading, good_yaml, good_fields, good_rules);
    assert_int_equal(loading.result, 0);
    contact = &loading.feed.tables[0];
    assert_int_equal(contact->fields[0].source_field, 0);
    assert_int_equal(contact->fields[4].derivation, DERIVE_PERSON);
    assert_int_equal(contact->fields[4].source_field, FIELD_NONE);
    assert_int_equal(contact->fields[5].derivation, DERIVE_AGE);
    assert_int_equal(contact->fields[5].derivation_field, 2);
    assert_int_equal(contact->fields[6].source_field, 1);
    /* A token of a field with a parent belongs to the key it points to. */
    assert_string_equal(contact->fields[6].label, "tiny.Person.Id");
    assert_string_equal(contact->fields[0].label, "tiny.Contact.Contact Id");
    assert_string_equal(loading.feed.tables[2].fields[0].label, "tiny.Person.Id");
    release(&loading);
}

static void parents_are_loaded_first_and_the_header_before_all(void **state)
{
    struct loading loading;

    (void)state;
    load(&loading, good_yaml, good_fields, good_rules);
    assert_int_equal(loading.result, 0);
    assert_int_equal(loading.feed.load_order[0], 1);
    assert_int_equal(loading.feed.load_order[1], 2);
    assert_int_equal(loading.feed.load_order[2], 0);
    release(&loading);
}

static void the_hash_sees_every_file(void **state)
{
    struct loading one, two;
    char yaml[2048];

    (void)state;
    load(&one, good_yaml, good_fields, good_rules);
    load(&two, good_yaml, good_fields, good_rules);
    assert_memory_equal(one.feed.hash, two.feed.hash, 32);
    release(&two);
    (void)snprintf(yaml, sizeof yaml, "%s# a note\n", good_yaml);
    load(&two, yaml, good_fields, good_rules);
    assert_int_equal(two.result, 0);
    assert_memory_not_equal(one.feed.hash, two.feed.hash, 32);
    release(&two);
    load(&two, good_yaml, good_fields, "table,field,rule,other,severity,code\n");
    assert_int_equal(two.result, 0);
    assert_memory_not_equal(one.feed.hash, two.feed.hash, 32);
    release(&two);
    release(&one);
}

/* ---- faults ---- */

/* The good text with the first occurrence of from changed to to. */
static void change(const char *text, const char *from, const char *to, char *ret, size_t size)
{
    const char *at = strstr(text, from);

    if (at == NULL)
        fail_msg("the test's text does not hold \"%s\"", from);
    (void)snprintf(ret, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

struct fault_case {
    const char *from, *to, *place, *word;
};

static void expect_fault(const struct fault_case *fault, const char *yaml, const char *fields,
                         const char *rules)
{
    struct loading loading;
    bool told = false;

    load(&loading, yaml, fields, rules);
    if (loading.result != ERROR_FEED_DEFINITION_INVALID)
        fail_msg("\"%s\" was accepted", fault->to);
    for (size_t i = 0; i < loading.problems.count; i++)
        told = told || (strcmp(loading.problems.items[i].place, fault->place) == 0 &&
                        strstr(loading.problems.items[i].text, fault->word) != NULL);
    if (!told) {
        print_problems(&loading);
        fail_msg("\"%s\": no fault \"%s\" at %s", fault->to, fault->word, fault->place);
    }
    release(&loading);
}

static void faults_of_feed_yaml_are_told(void **state)
{
    static const struct fault_case cases[] = {
        {"title:", "titel:", "feeds/tiny/feed.yaml:2:1", "did you mean \"title\""},
        {"feed: tiny", "feed: other", "feeds/tiny/feed.yaml:1:7", "folder's name"},
        {"council", "councils", "feeds/tiny/feed.yaml:3:14", "expected one of"},
        {"container: zip", "container: plain", "feeds/tiny/feed.yaml:7:5", "\"table\" is missing"},
        {"format: csv", "format: xml", "feeds/tiny/feed.yaml:1:1", "must list its members"},
        {"{month}", "{year}", "feeds/tiny/feed.yaml:7:11", "{month}"},
        {"{month}", "{month}{date}", "feeds/tiny/feed.yaml:7:11", "one period"},
        {"{month}", "../{month}", "feeds/tiny/feed.yaml:7:11", "may not hold '/'"},
        {"header_table: Header", "header_table: Heder", "feeds/tiny/feed.yaml:10:15", "no table"},
        {"extract_time: Made", "extract_time: Mad", "feeds/tiny/feed.yaml:11:15", "no field"},
        {"[Person]", "[Persons]", "feeds/tiny/feed.yaml:12:19", "no table"},
        {"[Person]", "Person", "feeds/tiny/feed.yaml:12:18", "must be a list"},
        {"nhs_number: Nhs", "nhs_number: Born", "feeds/tiny/feed.yaml:14:55", "identifier"},
        {"via: Person Id", "via: Kind", "feeds/tiny/feed.yaml:15:27", "no parent"},
        {"via: Person Id", "via: Person Id, sex: Kind", "feeds/tiny/feed.yaml:15:5", "not both"},
        {"via: Person Id", "holds_back: yes", "feeds/tiny/feed.yaml:15:5", "a person needs"},
        {"{table: Contact,", "{table: Person,", "feeds/tiny/feed.yaml:15:13", "already"},
    };
    char yaml[4096];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        change(good_yaml, cases[i].from, cases[i].to, yaml, sizeof yaml);
        expect_fault(&cases[i], yaml, good_fields, good_rules);
    }
}

static void faults_of_fields_csv_are_told(void **state)
{
    static const struct fault_case cases[] = {
        {"table,field,", "table,fields,", "feeds/tiny/fields.csv:1:1", "header row"},
        {"Contact,Kind,,an,1,2", "Contact,Kind,,ann,1,2", "feeds/tiny/fields.csv:5:15", "\"an\""},
        {"an,1,2", "an,3,2", "feeds/tiny/fields.csv:5:18", "larger than max"},
        {"an,1,2", "an,x,2", "feeds/tiny/fields.csv:5:18", "whole number"},
        {"02 01,warn", "02 01,worn", "feeds/tiny/fields.csv:5:32", "did you mean \"warn\""},
        {"02 01,warn", "02 01,", "feeds/tiny/fields.csv:5:32", "need a severity"},
        {"02 01", "02 02", "feeds/tiny/fields.csv:5:26", "given twice"},
        {"02 01", "@no_such", "feeds/tiny/fields.csv:5:26", "missing or faulty"},
        {"unique", "primary", "feeds/tiny/fields.csv:2:41", "unique"},
        {"Person.Id", "Person.Ident", "feeds/tiny/fields.csv:3:39", "no field"},
        {"Person.Id", "Contact.Day", "feeds/tiny/fields.csv:3:39", "another table"},
        {"local_record_id,token", "local_record_id,value", "feeds/tiny/fields.csv:2:71",
         "kept in clear"},
        {"date_of_birth,,", "date_of_birth,,born:date", "feeds/tiny/fields.csv:12:45",
         "kept in clear"},
        {"token(Person Id)", "value(Person Id)", "feeds/tiny/fields.csv:8:39", "kept in clear"},
        {"day:date", "day:integer", "feeds/tiny/fields.csv:4:53", "cannot hold"},
        {"day:date", "day", "feeds/tiny/fields.csv:4:53", "name:type"},
        {"day:date", "day:dat", "feeds/tiny/fields.csv:4:53", "did you mean \"date\""},
        {"day:date", "kind:date", "feeds/tiny/fields.csv:5:44", "there twice"},
        {"age(Day)", "age(Kind)", "feeds/tiny/fields.csv:7:22", "not a date"},
        {"age(Day)", "age(Dag)", "feeds/tiny/fields.csv:7:22", "no field"},
        {"age(Day)", "aged(Day)", "feeds/tiny/fields.csv:7:22", "did you mean \"age\""},
        {"age(Day)", "age(Day", "feeds/tiny/fields.csv:7:22", "brackets"},
        {"age(Day)", "token", "feeds/tiny/fields.csv:7:22", "name the source"},
        {"age(Day)", "identity", "feeds/tiny/fields.csv:7:22", "person of Contact itself"},
        {"age(Day)", "row_number(Day)", "feeds/tiny/fields.csv:7:22", "nothing in brackets"},
        {"age(Day)", "postcode_token(Day)", "feeds/tiny/fields.csv:7:22", "identifier is postcode"},
        {"Contact,Day,Date", "Contact,Day,Kind", "feeds/tiny/fields.csv:5:9", "cannot be told"},
        {"Contact,Day", "Contact,day!,x", "feeds/tiny/fields.csv:4:1", "17 cells"},
        {"Contact,Kind", "contact,Kind", "feeds/tiny/fields.csv:5:1", "spelt"},
        {"Header,Made,,datetime", "Header,\"Made,,datetime", "feeds/tiny/fields.csv:9:1",
         "never closed"},
        {"Header,Made,,datetime", "Header,Ma\"de,,datetime", "feeds/tiny/fields.csv:9:10", "pars"},
        {"Header,Made", "Header,M\xE9\x64\x65", "feeds/tiny/fields.csv:9:1", "UTF-8"},
        {"Person,Id,,an,,20,reject,,,,,unique,,",
         "Person,Id,,an,,20,reject,,,,,unique,Contact.Day,", "feeds/tiny/fields.csv:10:1",
         "circle"},
    };
    char fields[4096];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        change(good_fields, cases[i].from, cases[i].to, fields, sizeof fields);
        expect_fault(&cases[i], good_yaml, fields, good_rules);
    }
}

static void a_person_is_needed_for_ages_and_keys(void **state)
{
    static const struct fault_case age = {"", "age(Day)", "feeds/tiny/fields.csv:7:22",
                                          "date of birth"};
    static const struct fault_case key = {"", "patient_key", "feeds/tiny/fields.csv:6:22",
                                          "needs a person"};
    char yaml[4096];

    (void)state;
    change(good_yaml, "  - {table: Contact, via: Person Id}\n", "", yaml, sizeof yaml);
    expect_fault(&age, yaml, good_fields, good_rules);
    expect_fault(&key, yaml, good_fields, good_rules);
    change(good_yaml, ", date_of_birth: Born", "", yaml, sizeof yaml);
    expect_fault(&age, yaml, good_fields, good_rules);
}

static void faults_of_rules_csv_are_told(void **state)
{
    static const struct fault_case cases[] = {
        {"Contact,Day", "Contacts,Day", "feeds/tiny/rules.csv:2:1", "no table"},
        {"Contact,Day", "Contact,Dag", "feeds/tiny/rules.csv:2:9", "no field"},
        {"Contact,Day", "Contact,Kind", "feeds/tiny/rules.csv:2:9", "not a date"},
        {"within_period", "in_period", "feeds/tiny/rules.csv:2:13", "within_period"},
        {"within_period,", "within_period,Day", "feeds/tiny/rules.csv:2:27", "only not_before"},
        {"within_period,", "not_before,", "feeds/tiny/rules.csv:2:24", "no field"},
        {"reject", "refuse", "feeds/tiny/rules.csv:2:28", "warn or reject"},
    };
    char rules[1024];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        change(good_rules, cases[i].from, cases[i].to, rules, sizeof rules);
        expect_fault(&cases[i], good_yaml, good_fields, rules);
    }
}

static void all_faults_are_told_at_once(void **state)
{
    char yaml[4096], fields[4096], more[4096];
    struct loading loading;

    (void)state;
    change(good_yaml, "title:", "titel:", yaml, sizeof yaml);
    change(good_fields, "day:date", "day:dat", more, sizeof more);
    change(more, "an,1,2", "an,3,2", fields, sizeof fields);
    load(&loading, yaml, fields, "table,field\n");
    assert_int_equal(loading.result, ERROR_FEED_DEFINITION_INVALID);
    /* Unknown key and its missing twin, two of fields.csv, the header of rules.csv. */
    assert_int_equal(loading.problems.count, 5);
    release(&loading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_definition_is_read_as_written),
        cmocka_unit_test(derived_rows_name_their_source),
        cmocka_unit_test(parents_are_loaded_first_and_the_header_before_all),
        cmocka_unit_test(the_hash_sees_every_file),
        cmocka_unit_test(faults_of_feed_yaml_are_told),
        cmocka_unit_test(faults_of_fields_csv_are_told),
        cmocka_unit_test(a_person_is_needed_for_ages_and_keys),
        cmocka_unit_test(faults_of_rules_csv_are_told),
        cmocka_unit_test(all_faults_are_told_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
