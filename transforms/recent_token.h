/*
 * recent_token.h: tokens made a moment ago. Teams, wards and referrals come again and again in a
 * table; remembering the last token at each place of a small table saves their hashing. The table
 * holds local ids in clear, so it is wiped when it goes.
 */
#ifndef RECENT_TOKEN_H
#define RECENT_TOKEN_H

#include "token.h"

struct recent_tokens;

/* NULL when memory is out. */
struct recent_tokens *recent_tokens_new(void);
void recent_tokens_free(struct recent_tokens *recent);
/* Forgets everything: the sender changed. */
void recent_tokens_clear(struct recent_tokens *recent);
/* The token of label and {sender, value}, remembered or made. label is told apart by its address.
 */
int recent_tokens_get(struct recent_tokens *recent, struct tokeniser *tokeniser, const char *label,
                      const char *sender, struct slice value, struct token *ret_token);

#endif
