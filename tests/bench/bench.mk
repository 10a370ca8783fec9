# bench.mk: the program that tells where the time of a load goes. Used by run.sh with the Makefile.
include Makefile
$(BUILD)/tests/bench/split: tests/bench/split.c $(ROOMS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -Wl,--wrap=tokeniser_token -o $@ $< $(ROOMS) $(LIBS)
