#include <haulwatch/io/jt808/encoder.hpp>
#include <haulwatch/io/jt808/stream_parser.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io::jt808 {
namespace {

constexpr std::size_t frames = 10'000;

/// Locations of 200 terminals on the way, with odometer, signal and satellites, as most terminals send them.
struct Day {
  Day() {
    std::mt19937_64 random{808};
    for (std::size_t i = 0; i < frames; ++i) {
      Location location;
      location.status = 3;
      location.position = {static_cast<double>(121'000'000 + random() % 500'000) / 1e6,
                           static_cast<double>(30'500'000 + random() % 500'000) / 1e6};
      location.speed_mps = Reading{static_cast<float>(random() % 800) / 36.0F};
      location.heading_deg = Reading{static_cast<float>(random() % 360)};
      location.time = TimeUtc{std::chrono::hours{490'000} + std::chrono::seconds{10 * (i / 200)}};
      std::string items{"\x01\x04", 2};
      for (int byte = 0; byte < 4; ++byte) items += static_cast<char>(byte < 2 ? 0 : random());
      items += std::string{"\x30\x01\x14\x31\x01\x0B", 6};
      location.items = {reinterpret_cast<const std::uint8_t*>(items.data()), items.size()};
      std::string body;
      append_location_body(body, location);
      append_message(bytes, MessageId::location, {*parse_terminal_number(std::to_string(13'800'000'000 + i % 200))},
                     static_cast<std::uint16_t>(i), {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
      location.items = {};
      locations.push_back(location);
    }
  }
  std::string bytes;
  std::vector<Location> locations;
};

/// Compares every fix with the location from which its frame was made.
class Comparing : public Listener {
 public:
  explicit Comparing(const Day& day) : day_{day} {}
  void on_fix(const Report& report) override {
    const Location& location = day_.locations[next_++ % frames];
    same_ = same_ && report.fix.time == location.time && report.fix.position == location.position &&
            report.fix.heading_deg == location.heading_deg && report.fix.odometer_m >= 0.0;
  }
  void on_refused(const Refusal& /*refusal*/) override { same_ = false; }
  [[nodiscard]] bool agrees() const noexcept { return same_ && next_ == frames; }

 private:
  const Day& day_;
  std::size_t next_ = 0;
  bool same_ = true;
};

struct Summing : Listener {
  void on_fix(const Report& report) override { sum += report.fix.position.lon + report.fix.odometer_m; }
  double sum = 0.0;
};

/// \param state.range(0) bytes a push: a socket's read, or crumbs
void BM_Jt808Parse(benchmark::State& state) {
  const Day day;
  Comparing comparing{day};
  StreamParser{}.push(day.bytes, comparing);
  if (!comparing.agrees()) return state.SkipWithError("fixes differ from what the frames were made of");
  StreamParser parser;
  Summing summing;
  const auto piece = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    for (std::string_view rest = day.bytes; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
      parser.push(rest.substr(0, piece), summing);
    }
    benchmark::DoNotOptimize(summing.sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(frames));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(day.bytes.size()));
  state.counters["bytes_per_frame"] = static_cast<double>(day.bytes.size()) / static_cast<double>(frames);
}
BENCHMARK(BM_Jt808Parse)->ArgName("bytes")->Arg(16384)->Arg(1448)->Arg(64);

}  // namespace
}  // namespace haulwatch::io::jt808
