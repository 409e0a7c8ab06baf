// What libca of EPICS Base takes: monitors names for some seconds and counts the updates.
//   channel-access SECONDS COUNT NAME…
// COUNT doubles of each, with their time. Prints "ready" when each name has told its first value, waits for a line, and then
// prints the updates of the SECONDS after it. The declarations are those of Base's cadef.h (7.0), which Debian does not pack.
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
  void *usr;
  void *chid;
  long type;
  long count;
  const void *dbr;
  int status;
} update;

int ca_context_create(int is_preemptive);
int ca_create_channel(const char *name, void *on_connection, void *usr, unsigned priority, void **chid);
int ca_pend_io(double seconds);
int ca_flush_io(void);
int ca_create_subscription(long type, unsigned long count, void *chid, long mask, void (*on_update)(update), void *usr,
                           void **subscription);

enum { NORMAL = 1, TIME_DOUBLE = 20, VALUE = 1, MOST_NAMES = 1000 };

static atomic_long updates;
static int first[MOST_NAMES];
static atomic_int first_count;

/** On a thread of the library. */
static void on_update(update told) {
  int *is_known = told.usr;
  if (told.status != NORMAL) exit(1);
  if (!*is_known) first_count++;
  *is_known = 1;
  updates++;
}

static void wait_for(double seconds) {
  struct timespec time = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
  nanosleep(&time, NULL);
}

int main(int argc, char **argv) {
  double seconds = atof(argv[1]);
  unsigned long count = strtoul(argv[2], NULL, 10);
  int names = argc - 3;
  static void *channels[MOST_NAMES], *subscriptions[MOST_NAMES];
  if (names > MOST_NAMES || ca_context_create(1) != NORMAL) return 1;
  for (int i = 0; i < names; i++) ca_create_channel(argv[3 + i], NULL, NULL, 0, &channels[i]);
  if (ca_pend_io(10) != NORMAL) return 2;
  for (int i = 0; i < names; i++)
    ca_create_subscription(TIME_DOUBLE, count, channels[i], VALUE, on_update, &first[i], &subscriptions[i]);
  ca_flush_io();
  while (first_count < names) wait_for(0.01);
  puts("ready");
  fflush(stdout);
  getchar();
  long before = updates;
  wait_for(seconds);
  printf("%ld\n", updates - before);
  return 0;
}
