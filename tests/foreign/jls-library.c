// What the vendor's JLS library reads, as text: one JSON object for a file, one line for a question about it.
//   jls-library read FILE FOLDER                    definitions, times, annotations; the samples of signal N into FOLDER/N
//   jls-library statistics FILE SIGNAL START COUNT  mean, deviation, minimum and maximum of a range
//   jls-library time FILE SIGNAL SAMPLE             UTC of a sample, in ticks of 2^-30 s
// Samples count from the signal's first one. Exit code 1 with a line on standard error when a call of the library fails.

#include "jls/ec.h"
#include "jls/format.h"
#include "jls/reader.h"
#include "jls/version.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** A whole number of bytes of every type. */
#define BLOCK_SAMPLES (1 << 18)
/** For samples of up to 64 bits; the library asks for a byte more for types of less than 8. */
static uint8_t block[BLOCK_SAMPLES * 8 + 8];
static struct jls_rd_s *file;

static void check(int32_t code, const char *call) {
  if (code == 0) return;
  fprintf(stderr, "%s: %s: %s\n", call, jls_error_code_name(code), jls_error_code_description(code));
  exit(1);
}
#define CHECK(call) check((call), #call)

static const char *separator(int *count) { return (*count)++ == 0 ? "" : ","; }

static void print_text(const char *text) {
  putchar('"');
  for (const char *at = text ? text : ""; *at; at++) {
    unsigned char byte = (unsigned char)*at;
    if (byte < 0x20 || byte == '"' || byte == '\\') printf("\\u%04x", byte);
    else putchar(byte);
  }
  putchar('"');
}

static int32_t print_times(void *count, const struct jls_utc_summary_entry_s *entries, uint32_t size) {
  for (uint32_t i = 0; i < size; i++) {
    printf("%s[\"%" PRId64 "\",\"%" PRId64 "\"]", separator(count), entries[i].sample_id, entries[i].timestamp);
  }
  return 0;
}

static int32_t print_annotation(void *count, const struct jls_annotation_s *it) {
  printf("%s{\"timestamp\":\"%" PRId64 "\",\"type\":%d,\"storage\":%d,\"groupId\":%d,", separator(count), it->timestamp,
         it->annotation_type, it->storage_type, it->group_id);
  if (isnan(it->y)) printf("\"y\":null,\"data\":\"");
  else printf("\"y\":%.17g,\"data\":\"", it->y);
  for (uint32_t i = 0; i < it->data_size; i++) printf("%02x", it->data[i]);
  printf("\"}");
  return 0;
}

static void write_samples(const struct jls_signal_def_s *signal, int64_t length, const char *folder) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/%d", folder, signal->signal_id);
  FILE *out = fopen(path, "wb");
  if (!out) check(JLS_ERROR_IO, path);
  int bits = (signal->data_type >> 8) & 0xff;
  for (int64_t start = 0; start < length; start += BLOCK_SAMPLES) {
    int64_t count = length - start < BLOCK_SAMPLES ? length - start : BLOCK_SAMPLES;
    CHECK(jls_rd_fsr(file, signal->signal_id, start, block, count));
    fwrite(block, 1, (size_t)((count * bits + 7) / 8), out);
  }
  if (fclose(out) != 0) check(JLS_ERROR_IO, path);
}

static void print_signal(const struct jls_signal_def_s *signal, const char *folder) {
  int count = 0;
  int64_t length = 0;
  printf("{\"id\":%d,\"sourceId\":%d,\"name\":", signal->signal_id, signal->source_id);
  print_text(signal->name);
  printf(",\"unit\":");
  print_text(signal->units);
  printf(",\"isFsr\":%s,\"dataType\":%" PRIu32 ",\"sampleRateHz\":%" PRIu32 ",\"firstSampleId\":\"%" PRId64 "\"",
         signal->signal_type == JLS_SIGNAL_TYPE_FSR ? "true" : "false", signal->data_type, signal->sample_rate,
         signal->sample_id_offset);
  printf(",\"times\":[");
  if (signal->signal_type == JLS_SIGNAL_TYPE_FSR) {
    CHECK(jls_rd_fsr_length(file, signal->signal_id, &length));
    write_samples(signal, length, folder);
    CHECK(jls_rd_utc(file, signal->signal_id, INT64_MIN / 2, print_times, &count));
  }
  count = 0;
  printf("],\"length\":%" PRId64 ",\"annotations\":[", length);
  CHECK(jls_rd_annotations(file, signal->signal_id, INT64_MIN / 2, print_annotation, &count));
  printf("]}");
}

static void print_file(const char *folder) {
  struct jls_source_def_s *sources;
  struct jls_signal_def_s *signals;
  uint16_t source_count;
  uint16_t signal_count;
  int count = 0;
  CHECK(jls_rd_sources(file, &sources, &source_count));
  CHECK(jls_rd_signals(file, &signals, &signal_count));
  printf("{\"sources\":[");
  for (int i = 0; i < source_count; i++) {
    printf("%s{\"id\":%d,\"name\":", separator(&count), sources[i].source_id);
    print_text(sources[i].name);
    printf(",\"vendor\":");
    print_text(sources[i].vendor);
    printf(",\"model\":");
    print_text(sources[i].model);
    printf(",\"version\":");
    print_text(sources[i].version);
    printf(",\"serialNumber\":");
    print_text(sources[i].serial_number);
    printf("}");
  }
  count = 0;
  printf("],\"signals\":[");
  for (int i = 0; i < signal_count; i++) {
    printf("%s", separator(&count));
    print_signal(&signals[i], folder);
  }
  printf("]}\n");
}

int main(int argc, char **argv) {
  const char *command = argc > 1 ? argv[1] : "";
  if (strcmp(command, "version") == 0) {
    printf("%s\n", jls_version_str());
    return 0;
  }
  if (argc > 2) CHECK(jls_rd_open(&file, argv[2]));
  if (strcmp(command, "read") == 0 && argc == 4) {
    print_file(argv[3]);
  } else if (strcmp(command, "statistics") == 0 && argc == 6) {
    double figures[JLS_SUMMARY_FSR_COUNT];
    CHECK(jls_rd_fsr_statistics(file, (uint16_t)atoi(argv[3]), atoll(argv[4]), atoll(argv[5]), figures, 1));
    printf("%.17g %.17g %.17g %.17g\n", figures[JLS_SUMMARY_FSR_MEAN], figures[JLS_SUMMARY_FSR_STD],
           figures[JLS_SUMMARY_FSR_MIN], figures[JLS_SUMMARY_FSR_MAX]);
  } else if (strcmp(command, "time") == 0 && argc == 5) {
    int64_t ticks;
    CHECK(jls_rd_sample_id_to_timestamp(file, (uint16_t)atoi(argv[3]), atoll(argv[4]), &ticks));
    printf("%" PRId64 "\n", ticks);
  } else {
    fprintf(stderr, "usage: jls-library read FILE FOLDER | statistics FILE SIGNAL START COUNT | time FILE SIGNAL SAMPLE\n");
    return 2;
  }
  jls_rd_close(file);
  return 0;
}
