#include "odds.h"

#include <math.h>
#include <stdlib.h>

#include "compare.h"
#include "weigh.h"

/* Of the matches, how many blocking and evidence let us see. What is not seen may be a partner
 * elsewhere, so no record without a seen partner is known to have none. */
static const double seen_share = 0.97;
static const double strong = 4.25; /* log2 odds of a posterior of 0.95 */
/* A source whose records have a second strong partner this often is not "one each" at all. */
static const double many_partners = 0.05;
enum { PRIOR_STEPS = 60 };

/* ---- partners ---- */

int linkage_partners_make(const struct linkage_pair *pairs, size_t pair_count, size_t record_count,
                          struct linkage_partners *ret)
{
    ret->starts = calloc(record_count + 2, sizeof *ret->starts);
    ret->places = malloc((2 * pair_count + 1) * sizeof *ret->places);
    if (ret->starts == NULL || ret->places == NULL) {
        linkage_partners_release(ret);
        return ERROR_OUT_OF_MEMORY;
    }
    /* Counted two places on, so that filling moves each start to where it belongs. */
    for (size_t i = 0; i < pair_count; i++) {
        ret->starts[pairs[i].left + 2]++;
        ret->starts[pairs[i].right + 2]++;
    }
    for (size_t record = 2; record < record_count + 2; record++)
        ret->starts[record] += ret->starts[record - 1];
    for (size_t i = 0; i < pair_count; i++) {
        ret->places[ret->starts[pairs[i].left + 1]++] = (uint32_t)i;
        ret->places[ret->starts[pairs[i].right + 1]++] = (uint32_t)i;
    }
    return 0;
}

void linkage_partners_release(struct linkage_partners *partners)
{
    free(partners->starts);
    free(partners->places);
    *partners = (struct linkage_partners){0};
}

/* ---- priors ---- */

struct source_work {
    double records_left, records_right;
    double *strong_left, *strong_right; /* of each record: strong partners */
    double prior;
};

static double chance(double bits)
{
    return bits > 40 ? 1 : bits < -40 ? 0 : 1 / (1 + exp2(-bits));
}

static double pairs_of_sources(const struct linkage_set *set,
                               const struct linkage_source_weights *own, double *left,
                               double *right)
{
    *left = *right = 0;
    for (size_t i = 0; i < set->record_count; i++) {
        uint8_t source = linkage_source_of(set, (uint32_t)i);

        *left += source == own->left;
        *right += source == own->right;
    }
    double pairs = own->left == own->right ? *left * (*left - 1) / 2 : *left * *right;
    return pairs < 1 ? 1 : pairs;
}

/* Weights of a pair of sources, counted in quarter bits, so that a step of the search for the prior
 * does not go through the pairs again. */
enum { BINS = 1024, BIN_ZERO = 512, BINS_A_BIT = 4 };

static void count_weights(const struct linkage_set *set, const struct linkage_model *model,
                          const struct linkage_pair *pairs, size_t pair_count, double (*bins)[BINS])
{
    for (size_t i = 0; i < pair_count; i++) {
        int own = linkage_model_sources(model, linkage_source_of(set, pairs[i].left),
                                        linkage_source_of(set, pairs[i].right));
        long bin = lround(pairs[i].weight * BINS_A_BIT) + BIN_ZERO;

        if (own >= 0)
            bins[own][bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]++;
    }
}

/* The number of matches under which the weights' own chances sum to that number. */
static double matches_of(const double *bins, double universe, double start)
{
    /* Half a match nobody has seen; less where two small sources would hardly hold that. */
    double prior = start, matches = 0, unseen = fmin(0.5, universe * exp2(start));

    for (int step = 0; step < PRIOR_STEPS; step++) {
        double sum = unseen;

        for (int bin = 0; bin < BINS; bin++)
            if (bins[bin] > 0)
                sum += bins[bin] * chance((double)(bin - BIN_ZERO) / BINS_A_BIT + prior);
        if (fabs(sum - matches) < 1e-6 * sum)
            break;
        matches = sum;
        prior = log2(fmin(matches / universe, 0.5));
    }
    return matches;
}

/* How often a record of one side that has a strong partner has a second one. */
static double second_partners(const struct linkage_set *set, const struct linkage_model *model,
                              int own, const struct linkage_pair *pairs, size_t pair_count,
                              double prior, bool of_left, unsigned char *seen)
{
    double one = 0, more = 0;

    for (size_t i = 0; i < set->record_count; i++)
        seen[i] = 0;
    for (size_t i = 0; i < pair_count; i++) {
        uint32_t left = pairs[i].left, right = pairs[i].right;

        if (pairs[i].weight + prior < strong ||
            linkage_model_sources(model, linkage_source_of(set, left),
                                  linkage_source_of(set, right)) != own)
            continue;
        bool straight = linkage_source_of(set, left) == model->sources[own].left;
        uint32_t record = straight == of_left ? left : right;
        one += seen[record] == 0;
        more += seen[record] == 1;
        if (seen[record] < 2)
            seen[record]++;
    }
    return one > 0 ? more / one : 1;
}

static double rival_of(bool unique, double second)
{
    return unique ? 1 : fmax(0, 1 - second / many_partners);
}

/* Household members a record has among all records; partners, before anything is known. */
static const double kin_of_record = 2, partners_of_record = 0.3;

void linkage_priors_open(const struct linkage_set *set, struct linkage_model *model)
{
    double records = fmax(2, (double)set->record_count);
    double sizes[LINKAGE_SOURCES_MAX] = {0};

    for (size_t i = 0; i < set->record_count; i++)
        sizes[linkage_source_of(set, (uint32_t)i)]++;
    /* A model that knows sources was trained on a site's own records, and its rate with it. */
    if (model->source_pair_count == 0)
        model->household_rate = fmin(1, kin_of_record / records);
    model->prior = log2(partners_of_record / records);
    for (size_t left = 0; left < set->source_count; left++)
        for (size_t right = left; right < set->source_count; right++) {
            bool same = left == right;

            if ((same && (set->across_only || set->sources[left].unique)) || sizes[left] < 1 ||
                sizes[right] < 1 ||
                linkage_model_sources(model, (uint8_t)left, (uint8_t)right) >= 0 ||
                model->source_pair_count == LINKAGE_PAIRS_OF_SOURCES_MAX)
                continue;
            struct linkage_source_weights *own = &model->sources[model->source_pair_count++];
            *own = (struct linkage_source_weights){.left = (uint8_t)left, .right = (uint8_t)right};
            for (size_t field = 0; field < LINKAGE_FIELDS_MAX; field++)
                for (size_t level = 0; level < LINKAGE_LEVELS_MAX; level++)
                    own->m[field][level] = model->levels[field][level].m;
        }
}

int linkage_priors_fit(const struct linkage_set *set, const struct linkage_pair *pairs,
                       size_t pair_count, struct linkage_model *model)
{
    double(*bins)[BINS] = calloc(model->source_pair_count + 1, sizeof *bins);
    unsigned char *seen = malloc(set->record_count + 1);

    if (bins == NULL || seen == NULL) {
        free(bins);
        free(seen);
        return ERROR_OUT_OF_MEMORY;
    }
    count_weights(set, model, pairs, pair_count, bins);
    for (size_t i = 0; i < model->source_pair_count; i++) {
        struct linkage_source_weights *own = &model->sources[i];
        double left, right, universe = pairs_of_sources(set, own, &left, &right);
        double matches = matches_of(bins[i], universe, model->prior);
        double prior = log2(matches / universe);

        own->rival_left = own->rival_right = 0;
        if (own->left != own->right) {
            own->rival_left =
                rival_of(set->sources[own->right].unique,
                         second_partners(set, model, (int)i, pairs, pair_count, prior, true, seen));
            own->rival_right = rival_of(
                set->sources[own->left].unique,
                second_partners(set, model, (int)i, pairs, pair_count, prior, false, seen));
        }
        double partnered_left = fmin(1, matches / fmax(left, 1)),
               partnered_right = fmin(1, matches / fmax(right, 1));
        own->prior = prior - log2(1 - seen_share * own->rival_left * partnered_left) -
                     log2(1 - seen_share * own->rival_right * partnered_right);
    }
    free(bins);
    free(seen);
    return 0;
}

/* ---- odds ---- */

/* The latest NHS number of a record: a number that was replaced (a new one after a change of
 * identity that the law protects) must lead nowhere. */
static uint64_t number_of(const struct linkage_set *set, uint32_t record,
                          const struct linkage_field *field)
{
    for (uint32_t face = linkage_first_face(set, record + 1);
         face > linkage_first_face(set, record); face--) {
        const uint32_t *words = linkage_face(set, face - 1) + field->hot;

        if (words[NHS_NUMBER_LOW] != 0)
            return (uint64_t)words[NHS_NUMBER_HIGH] << 32 | words[NHS_NUMBER_LOW];
    }
    return 0;
}

uint64_t linkage_number_of(const struct linkage_set *set, uint32_t record)
{
    int number = linkage_schema_find(set->schema, LINKAGE_NHS_NUMBER);

    return number < 0 ? 0 : number_of(set, record, &set->schema->fields[number]);
}

/* Sex and birth date differ, whichever faces are compared. */
static bool contradict(const struct linkage_set *set, uint32_t one, uint32_t other)
{
    int sex = linkage_schema_find(set->schema, LINKAGE_SEX),
        birth = linkage_schema_find(set->schema, LINKAGE_DATE_OF_BIRTH);

    if (sex < 0 || birth < 0)
        return false;
    for (uint32_t i = linkage_first_face(set, one); i < linkage_first_face(set, one + 1); i++)
        for (uint32_t j = linkage_first_face(set, other); j < linkage_first_face(set, other + 1);
             j++) {
            const uint32_t *left = linkage_face(set, i), *right = linkage_face(set, j);

            if (linkage_compare_field(&set->schema->fields[sex], left, right) != EXACT_DIFFERENT ||
                linkage_compare_field(&set->schema->fields[birth], left, right) != BIRTH_DIFFERENT)
                return false;
        }
    return true;
}

bool linkage_excludes(const struct linkage_set *set, uint32_t one, uint32_t other)
{
    uint8_t source = linkage_source_of(set, one);

    if (source == linkage_source_of(set, other) && set->sources[source].unique)
        return true;
    uint64_t number = linkage_number_of(set, one), others = linkage_number_of(set, other);
    if (number != 0 && others != 0)
        return number != others;
    return contradict(set, one, other);
}

struct rivals {
    double evidence; /* sum of 2^weight */
    float best;      /* the largest weight, or -INFINITY */
};

/* How far a record is free for one partner, given what speaks for its others in the same source: 1
 * free, near 0 when it clearly belongs elsewhere; where it cannot belong does not count. none: the
 * evidence for no partner at all. */
static double freedom(const struct linkage_set *set, const struct linkage_partners *partners,
                      const struct linkage_pair *pairs, size_t place, uint32_t record, double none)
{
    uint8_t source = linkage_source_of(set, linkage_partner_of(&pairs[place], record));
    double elsewhere = 0;

    for (size_t i = partners->starts[record]; i < partners->starts[record + 1]; i++) {
        const struct linkage_pair *pair = &pairs[partners->places[i]];

        if (partners->places[i] != place &&
            linkage_source_of(set, linkage_partner_of(pair, record)) == source &&
            !linkage_excludes(set, pair->left, pair->right))
            elsewhere += exp2((double)pair->weight);
    }
    return none / (none + elsewhere);
}

/* Adds the partners of record that rival pair's other record. share: how far partners in one source
 * exclude each other. */
static void add_rivals(const struct linkage_set *set, const struct linkage_partners *partners,
                       const struct linkage_pair *pairs, size_t place, uint32_t record,
                       double share, double none, struct rivals *rivals)
{
    uint32_t partner = linkage_partner_of(&pairs[place], record);

    for (size_t i = partners->starts[record]; i < partners->starts[record + 1]; i++) {
        size_t rival = partners->places[i];
        uint32_t other = linkage_partner_of(&pairs[rival], record);

        if (rival == place || pairs[rival].weight < pairs[place].weight - 12)
            continue; /* itself, or too weak to matter */
        bool same_source = linkage_source_of(set, other) == linkage_source_of(set, partner);
        double counts = same_source ? share : 0;
        if (counts < 1 && linkage_excludes(set, partner, other))
            counts = 1;
        if (counts <= 0)
            continue;
        counts *= freedom(set, partners, pairs, rival, other, none);
        rivals->evidence += counts * exp2((double)pairs[rival].weight);
        rivals->best = fmaxf(rivals->best, pairs[rival].weight + (float)log2(counts + 1e-12));
    }
}

void linkage_odds(const struct linkage_set *set, const struct linkage_model *model,
                  const struct linkage_partners *partners, struct linkage_pair *pairs,
                  size_t pair_count)
{
    for (size_t i = 0; i < pair_count; i++) {
        struct linkage_pair *pair = &pairs[i];
        uint8_t source = linkage_source_of(set, pair->left);
        int own = linkage_model_sources(model, source, linkage_source_of(set, pair->right));
        const struct linkage_source_weights *sources = own < 0 ? NULL : &model->sources[own];
        bool straight = sources == NULL || sources->left == source;
        double prior = sources == NULL ? model->prior : sources->prior;
        double of_left = sources == NULL ? 0
                         : straight      ? sources->rival_left
                                         : sources->rival_right;
        double of_right = sources == NULL ? 0
                          : straight      ? sources->rival_right
                                          : sources->rival_left;
        struct rivals rivals = {.best = -INFINITY};

        double none = exp2(-prior);
        add_rivals(set, partners, pairs, i, pair->left, of_left, none, &rivals);
        add_rivals(set, partners, pairs, i, pair->right, of_right, none, &rivals);
        pair->odds = (float)((double)pair->weight - log2(none + rivals.evidence));
        pair->lead = isinf(rivals.best) ? LINKAGE_NO_RIVAL : pair->weight - rivals.best;
    }
}
