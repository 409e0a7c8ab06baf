// What SpecUtils, the library that InterSpec reads files with, finds in a file of spectra, as JSON. Counts are 32-bit floats
// there. Built by `npm run test:foreign`.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "SpecUtils/EnergyCalibration.h"
#include "SpecUtils/SpecFile.h"

int main(int argc, char **argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: spectra FILE\n");
    return 2;
  }
  SpecUtils::SpecFile file;
  if (!file.load_file(argv[1], SpecUtils::ParserType::Auto, "")) {
    std::fprintf(stderr, "%s is not read\n", argv[1]);
    return 1;
  }
  std::printf("[");
  const char *between = "";
  for (const auto &spectrum : file.measurements()) {
    const auto counts = spectrum->gamma_counts();
    if (!counts) continue;
    const std::time_t start = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(spectrum->start_time()));
    std::printf("%s{\"liveS\": %.9g, \"realS\": %.9g, \"startUnixS\": %lld, \"coefficients\": [", between,
                spectrum->live_time(), spectrum->real_time(), static_cast<long long>(start));
    between = ", ";
    const auto calibration = spectrum->energy_calibration();
    const char *comma = "";
    if (calibration && calibration->valid()) {
      for (const float coefficient : calibration->coefficients()) {
        std::printf("%s%.9g", comma, coefficient);
        comma = ", ";
      }
    }
    std::printf("], \"counts\": [");
    comma = "";
    for (const float count : *counts) {
      std::printf("%s%.9g", comma, count);
      comma = ", ";
    }
    std::printf("]}");
  }
  std::printf("]\n");
  return 0;
}
