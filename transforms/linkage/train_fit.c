#include "train_fit.h"

#include <math.h>
#include <string.h>

#include "compare.h"

enum { STEPS_MAX = 60 };
static const double settled = 1e-5;       /* an m that moves less has settled */
static const double half = 0.5;           /* added to each count */
static const double kin_prior_pairs = 50; /* what the model's h counts for where h is counted */

static unsigned levels_of(const struct fit *fit, size_t field)
{
    return linkage_level_count(fit->model->schema.fields[field].kind);
}

/* ---- setting up ---- */

static double universe_of(const struct linkage_set *set, struct fit *fit,
                          struct linkage_model *model)
{
    double sizes[LINKAGE_SOURCES_MAX] = {0}, pairs = 0;

    for (size_t i = 0; i < set->record_count; i++)
        sizes[linkage_source_of(set, (uint32_t)i)]++;
    model->source_pair_count = 0;
    for (size_t left = 0; left < LINKAGE_SOURCES_MAX; left++)
        for (size_t right = 0; right < LINKAGE_SOURCES_MAX; right++)
            fit->sources[left][right] = FIT_NO_SOURCES;
    for (size_t left = 0; left < set->source_count; left++) {
        for (size_t right = left; right < set->source_count; right++) {
            bool same = left == right;

            if ((same && (set->across_only || set->sources[left].unique)) || sizes[left] < 1 ||
                sizes[right] < 1)
                continue;
            pairs += same ? sizes[left] * (sizes[left] - 1) / 2 : sizes[left] * sizes[right];
            if (model->source_pair_count == LINKAGE_PAIRS_OF_SOURCES_MAX)
                continue;
            uint16_t index = (uint16_t)model->source_pair_count++;
            model->sources[index] =
                (struct linkage_source_weights){.left = (uint8_t)left, .right = (uint8_t)right};
            fit->sources[left][right] = fit->sources[right][left] = index;
        }
    }
    return pairs < 1 ? 1 : pairs;
}

void fit_init(struct fit *fit, const struct linkage_set *set, struct linkage_model *model)
{
    memset(fit, 0, sizeof *fit);
    fit->set = set;
    fit->model = model;
    fit->universe = universe_of(set, fit, model);
    for (size_t field = 0; field < model->schema.field_count; field++) {
        for (unsigned level = 0; level < levels_of(fit, field); level++) {
            const struct linkage_level *l = &model->levels[field][level];

            fit->p[FIT_MATCH][field][level] = level == 0 ? 1 : l->m;
            fit->p[FIT_STRANGER][field][level] = level == 0 ? 1 : l->u;
            fit->p[FIT_HOUSEHOLD][field][level] = level == 0 ? 1 : l->h;
        }
    }
}

void fit_add_session(struct fit *fit, const struct linkage_rule *rule,
                     const struct pattern_table *table, double seen)
{
    struct fit_session *session = &fit->sessions[fit->session_count++];

    *session = (struct fit_session){.table = table, .seen = seen, .share = {0.4, 0.1, 0.5}};
    for (unsigned i = 0; i < rule->form_count; i++)
        session->own |= 1u << rule->forms[i].field;
}

void fit_add_kin(struct fit *fit, const struct linkage_rule *rule,
                 const struct pattern_table *table, double seen)
{
    fit_add_session(fit, rule, table, seen);
    fit->sessions[fit->session_count - 1].is_kin = true;
    fit->households = true;
}

/* ---- one pattern ---- */

/* The chance of each class, given the pattern; left-out fields say nothing. */
static void classify(const struct fit *fit, uint64_t pattern, uint32_t left_out,
                     const double share[FIT_CLASSES], double ret[FIT_CLASSES])
{
    double sum = 0;

    for (int class = 0; class < FIT_CLASSES; class ++)
        ret[class] = class == FIT_HOUSEHOLD && !fit->households ? 0 : share[class];
    for (size_t field = 0; field < fit->model->schema.field_count; field++) {
        unsigned level = linkage_level_of(pattern, field);

        if (left_out >> field & 1)
            continue;
        for (int class = 0; class < FIT_CLASSES; class ++)
            ret[class] *= fit->p[class][field][level];
    }
    for (int class = 0; class < FIT_CLASSES; class ++)
        sum += ret[class];
    for (int class = 0; class < FIT_CLASSES; class ++)
        ret[class] = sum > 0 ? ret[class] / sum : class == FIT_STRANGER;
}

static void share_out(double counts[16], unsigned levels, double share[16], double added)
{
    double sum = 0;

    for (unsigned level = 1; level < levels; level++)
        sum += counts[level] + added;
    for (unsigned level = 1; level < levels; level++)
        share[level] = (counts[level] + added) / sum;
}

static double given_of(const struct linkage_level *level, enum fit_class class)
{
    return class == FIT_MATCH ? level->m : class == FIT_STRANGER ? level->u : level->h;
}

/* Levels given by hand keep their probability; the others share what is left. */
static void hold_fixed(const struct fit *fit, size_t field, enum fit_class class, double share[16])
{
    const struct linkage_level *given = fit->model->levels[field];
    unsigned levels = levels_of(fit, field);
    double held = 0, others = 0;

    for (unsigned level = 1; level < levels; level++) {
        if (given[level].fixed)
            held += given_of(&given[level], class);
        else
            others += share[level];
    }
    for (unsigned level = 1; level < levels && held > 0; level++)
        share[level] = !given[level].fixed ? share[level] * fmax(1 - held, 1e-9) / others
                                           : given_of(&given[level], class);
}

/* ---- strangers ---- */

/* The prior as the sessions have it: the most matches any rule holds. */
static double match_rate(const struct fit *fit)
{
    double most = 0;

    for (size_t i = 0; i < fit->session_count; i++)
        if (!fit->sessions[i].is_kin)
            most = fmax(most, fit->sessions[i].matches / fit->sessions[i].seen);
    return fmin(0.5, most / fit->universe);
}

void fit_strangers(struct fit *fit, const struct pattern_table *random,
                   const struct linkage_frequencies *frequencies)
{
    double counts[LINKAGE_FIELDS_MAX][16] = {{0}};
    double rate = match_rate(fit);
    const double share[FIT_CLASSES] = {rate, 0, 1 - rate};

    for (size_t i = 0; i < random->used; i++) {
        const struct pattern_count *seen = &random->slots[i];
        double chance[FIT_CLASSES];

        classify(fit, seen->pattern, 0, share, chance);
        for (size_t field = 0; field < fit->model->schema.field_count; field++)
            counts[field][linkage_level_of(seen->pattern, field)] +=
                (double)seen->count * chance[FIT_STRANGER];
    }
    for (size_t field = 0; field < fit->model->schema.field_count; field++) {
        double *u = fit->p[FIT_STRANGER][field];
        unsigned levels = levels_of(fit, field);

        share_out(counts[field], levels, u, half);
        /* Exact agreement is better counted from the values than from the few pairs that show it.
         */
        double exact = frequencies->agree[field];
        if (fit->model->schema.fields[field].frequency >= 0 && exact > 0 && exact < 1) {
            double rest = 1 - u[1];

            for (unsigned level = 2; level < levels; level++)
                u[level] *= (1 - exact) / rest;
            u[1] = exact;
        }
        hold_fixed(fit, field, FIT_STRANGER, u);
    }
}

/* ---- matches and households ---- */

struct expected {
    double match[LINKAGE_FIELDS_MAX][16], household[LINKAGE_FIELDS_MAX][16];
};

static void expect_session(struct fit *fit, struct fit_session *session, struct expected *expected)
{
    double totals[FIT_CLASSES] = {0}, pairs = 0;

    for (size_t i = 0; i < session->table->used; i++) {
        const struct pattern_count *seen = &session->table->slots[i];
        double chance[FIT_CLASSES], count = (double)seen->count;

        classify(fit, seen->pattern, session->own, session->share, chance);
        for (int class = 0; class < FIT_CLASSES; class ++)
            totals[class] += count * chance[class];
        pairs += count;
        for (size_t field = 0; field < fit->model->schema.field_count; field++) {
            unsigned level = linkage_level_of(seen->pattern, field);

            if (session->own >> field & 1)
                continue;
            if (!session->is_kin)
                expected->match[field][level] += count * chance[FIT_MATCH];
            else
                expected->household[field][level] += count * chance[FIT_HOUSEHOLD];
        }
    }
    session->matches = totals[FIT_MATCH];
    for (int class = 0; class < FIT_CLASSES; class ++)
        session->share[class] = (totals[class] + half) / (pairs + FIT_CLASSES * half);
}

/* Kin agree on family name and address by what they are; and twins would be counted as one person:
 * their share is taken from the registers (model.c). */
static bool is_counted_for_kin(enum linkage_kind kind)
{
    return kind == LINKAGE_GIVEN_NAME || kind == LINKAGE_SEX;
}

static double take_expected(struct fit *fit, struct expected *expected)
{
    double moved = 0;

    for (size_t field = 0; field < fit->model->schema.field_count; field++) {
        unsigned levels = levels_of(fit, field);
        double m[16];

        share_out(expected->match[field], levels, m, half);
        hold_fixed(fit, field, FIT_MATCH, m);
        for (unsigned level = 1; level < levels; level++) {
            moved = fmax(moved, fabs(m[level] - fit->p[FIT_MATCH][field][level]));
            fit->p[FIT_MATCH][field][level] = m[level];
        }
        if (!fit->households || !is_counted_for_kin(fit->model->schema.fields[field].kind))
            continue;
        for (unsigned level = 1; level < levels; level++)
            expected->household[field][level] +=
                kin_prior_pairs * fit->model->levels[field][level].h;
        share_out(expected->household[field], levels, fit->p[FIT_HOUSEHOLD][field], half);
        hold_fixed(fit, field, FIT_HOUSEHOLD, fit->p[FIT_HOUSEHOLD][field]);
    }
    return moved;
}

void fit_matches(struct fit *fit)
{
    for (int step = 0; step < STEPS_MAX; step++) {
        struct expected expected = {0};

        for (size_t i = 0; i < fit->session_count; i++)
            expect_session(fit, &fit->sessions[i], &expected);
        if (take_expected(fit, &expected) < settled)
            break;
    }
}

/* ---- sources ---- */

void fit_sources_apart(struct fit *fit)
{
    for (size_t pair = 0; pair < fit->model->source_pair_count; pair++) {
        struct linkage_source_weights *own = &fit->model->sources[pair];
        double counts[LINKAGE_FIELDS_MAX][16] = {{0}};

        own->links = 0;
        for (size_t s = 0; s < fit->session_count; s++) {
            const struct fit_session *session = &fit->sessions[s];

            for (size_t i = 0; i < session->table->used && !session->is_kin; i++) {
                const struct pattern_count *seen = &session->table->slots[i];
                double chance[FIT_CLASSES];

                if (seen->sources != pair)
                    continue;
                classify(fit, seen->pattern, session->own, session->share, chance);
                own->links += (double)seen->count * chance[FIT_MATCH];
                for (size_t field = 0; field < fit->model->schema.field_count; field++)
                    if (!(session->own >> field & 1))
                        counts[field][linkage_level_of(seen->pattern, field)] +=
                            (double)seen->count * chance[FIT_MATCH];
            }
        }
        for (size_t field = 0; field < fit->model->schema.field_count; field++) {
            unsigned levels = levels_of(fit, field);

            for (unsigned level = 1; level < levels; level++)
                counts[field][level] += TRAIN_SOURCE_LINKS * fit->p[FIT_MATCH][field][level];
            share_out(counts[field], levels, counts[field], 0);
            hold_fixed(fit, field, FIT_MATCH, counts[field]);
            for (unsigned level = 1; level < levels; level++)
                own->m[field][level] = counts[field][level];
        }
    }
}

/* ---- the result ---- */

/* Household pairs a stranger pair: counted in the blocks of one postcode. */
static double household_rate(const struct fit *fit)
{
    for (size_t i = 0; i < fit->session_count; i++) {
        const struct fit_session *session = &fit->sessions[i];
        double pairs = 0;

        if (!session->is_kin)
            continue;
        for (size_t j = 0; j < session->table->used; j++)
            pairs += (double)session->table->slots[j].count;
        int postcode = linkage_schema_find(&fit->model->schema, LINKAGE_POSTCODE);
        return session->share[FIT_HOUSEHOLD] * pairs / session->seen /
               fit->p[FIT_HOUSEHOLD][postcode][POSTCODE_EXACT] / fit->universe;
    }
    return 0;
}

/* Of a field that hardly any match of the session fills, it tells nothing. */
static const double few = 100;

static double evidence(const double *counts, unsigned levels)
{
    double sum = 0;

    for (unsigned level = 1; level < levels; level++)
        sum += counts[level];
    return sum;
}

/* What a session would make of the fields by itself, against what all made of them. */
static double disagreement(const struct fit *fit, const struct fit_session *session)
{
    struct expected alone = {0};
    struct fit_session copy = *session;
    double worst = 0;

    expect_session((struct fit *)fit, &copy, &alone);
    for (size_t field = 0; field < fit->model->schema.field_count; field++) {
        double m[16];

        if (session->own >> field & 1 || evidence(alone.match[field], levels_of(fit, field)) < few)
            continue;
        share_out(alone.match[field], levels_of(fit, field), m, half);
        for (unsigned level = 1; level < levels_of(fit, field); level++)
            worst = fmax(worst, fabs(m[level] - fit->p[FIT_MATCH][field][level]));
    }
    return worst;
}

void fit_give(const struct fit *fit, struct linkage_model *model, struct linkage_session *sessions)
{
    for (size_t field = 0; field < model->schema.field_count; field++)
        for (unsigned level = 1; level < levels_of(fit, field); level++) {
            struct linkage_level *l = &model->levels[field][level];

            l->m = fit->p[FIT_MATCH][field][level];
            l->u = fit->p[FIT_STRANGER][field][level];
            l->h = fit->p[FIT_HOUSEHOLD][field][level];
        }
    model->household_rate = fit->households ? household_rate(fit) : 0;
    model->prior = log2(fmax(match_rate(fit), 1e-12));
    for (size_t i = 0; sessions != NULL && i < model->rule_count; i++) {
        const struct fit_session *session = &fit->sessions[i];

        sessions[i] = (struct linkage_session){.matches = session->matches,
                                               .worst = disagreement(fit, session)};
        for (size_t j = 0; j < session->table->used; j++)
            sessions[i].pairs += (double)session->table->slots[j].count;
    }
}
