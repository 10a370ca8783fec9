# tools.mk: small programs that scripts of tests/ need, on top of the Makefile:
#   make -f tests/tools.mk BUILD=... FILE
include Makefile

# Beside joinedup-parser, which it looks for there. Hashing is timed where it happens.
$(BUILD)/split: tests/bench/split.c $(ROOMS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -Wl,--wrap=tokeniser_token -o $@ $< $(ROOMS) $(LIBS)

$(BUILD)/tests/cli/patient_key $(BUILD)/tests/cli/token_origin: $(BUILD)/tests/cli/%: tests/cli/%.c \
    $(BUILD)/libtransforms.a $(BUILD)/libbase.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(BUILD)/libtransforms.a $(BUILD)/libbase.a \
	    -lcrypto -lutf8proc -lm

$(BUILD)/link_speed: tests/bench/link_speed.c $(ROOMS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(ROOMS) $(LIBS)

$(BUILD)/tests/fault/frequency: $(wildcard tests/fault/frequency*.c) tests/fault/frequency.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.c,$^) -lm
