// Times the C library of JLS v2 (github.com/jetperch/jls) on two f32 signals of 125 M samples.
// Usage: jls-c-library write|read PATH. Prints seconds, opening and closing included.
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "jls/format.h"
#include "jls/reader.h"
#include "jls/writer.h"

#define SAMPLES 125000000
#define WRITE_CALL 50000
#define READ_CALL 1048576

static float buffer[READ_CALL];

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

static int write_file(const char * path) {
    struct jls_wr_s * writer = NULL;
    const struct jls_source_def_s source = {.source_id = 1, .name = "bench", .vendor = "", .model = "", .version = "", .serial_number = ""};
    if (jls_wr_open(&writer, path) || jls_wr_source_def(writer, &source)) return 1;
    for (int id = 1; id <= 2; ++id) {
        const struct jls_signal_def_s signal = {
            .signal_id = (uint16_t) id, .source_id = 1, .signal_type = JLS_SIGNAL_TYPE_FSR, .data_type = JLS_DATATYPE_F32,
            .sample_rate = 2000000, .name = id == 1 ? "s1" : "s2", .units = "A"};
        if (jls_wr_signal_def(writer, &signal)) return 1;
    }
    for (int64_t at = 0; at < SAMPLES; at += WRITE_CALL) {
        for (uint16_t id = 1; id <= 2; ++id) {
            if (jls_wr_fsr_f32(writer, id, at, buffer, WRITE_CALL)) return 1;
        }
    }
    return jls_wr_close(writer);
}

static int read_file(const char * path) {
    struct jls_rd_s * reader = NULL;
    if (jls_rd_open(&reader, path)) return 1;
    for (uint16_t id = 1; id <= 2; ++id) {
        int64_t length = 0;
        if (jls_rd_fsr_length(reader, id, &length)) return 1;
        for (int64_t at = 0; at < length; at += READ_CALL) {
            const int64_t count = length - at < READ_CALL ? length - at : READ_CALL;
            if (jls_rd_fsr_f32(reader, id, at, buffer, count)) return 1;
        }
    }
    jls_rd_close(reader);
    return 0;
}

int main(int argc, char ** argv) {
    if (argc != 3) return 2;
    for (int i = 0; i < WRITE_CALL; ++i) buffer[i] = (float) (sin(i * 0.01) + (i % 17) * 0.001);
    const double start_s = now_s();
    if (strcmp(argv[1], "write") == 0 ? write_file(argv[2]) : read_file(argv[2])) return 1;
    printf("%.6f\n", now_s() - start_s);
    return 0;
}
