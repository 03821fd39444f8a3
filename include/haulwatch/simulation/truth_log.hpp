#pragma once

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/units.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::simulation {

/// One line of JSON in the making.
class JsonLine {
 public:
  JsonLine() { out_.reserve(usual_length); }

  /// \param kind the first member; vehicle and time follow
  JsonLine(std::string_view kind, std::string_view vehicle, TimeUtc time);

  JsonLine& text(std::string_view name, std::string_view value);
  JsonLine& text_or_null(std::string_view name, std::string_view value);
  JsonLine& time(std::string_view name, TimeUtc value);  ///< null where there is none
  JsonLine& whole(std::string_view name, std::uint64_t value);
  JsonLine& metres(std::string_view name, double value);
  JsonLine& flag(std::string_view name, bool value);
  JsonLine& names(std::string_view name, const std::vector<std::string_view>& values);
  JsonLine& place(const geo::LocalFrame& frame, geo::LocalPoint at);
  [[nodiscard]] std::string finish();  ///< the line with its break; nothing is left

 private:
  static constexpr std::size_t usual_length = 360;

  void key(std::string_view name);

  std::string out_{"{"};
};

/// Lines of many vehicles, in the order in which they came true.
///
/// Vehicles are lived one after the other and each some time ahead, so lines wait until no vehicle can add one before
/// them. Memory: the waiting lines. Threads: one at a time.
class TimedLines {
 public:
  using Write = std::function<void(std::string_view)>;

  /// \param known when it was all over: not before the piece of motion that completed it
  void add(TimeUtc known, std::uint32_t vehicle, std::string line) { push(known, vehicle, after_first, line); }

  /// The same for what goes before all else of its vehicle and its millisecond, whenever it is added.
  void add_first(TimeUtc known, std::uint32_t vehicle, std::string line) { push(known, vehicle, 0, line); }

  /// Hands out what was known before `until`, ordered by time, vehicle, and order within the vehicle.
  void write_before(TimeUtc until, const Write& write);

 private:
  struct Waiting {
    TimeUtc known;
    std::uint32_t vehicle = 0;
    std::uint64_t sequence = 0;
    std::string line;
    friend bool operator>(const Waiting& a, const Waiting& b) noexcept {
      if (a.known != b.known) return a.known > b.known;
      if (a.vehicle != b.vehicle) return a.vehicle > b.vehicle;
      return a.sequence > b.sequence;
    }
  };
  static constexpr std::uint64_t after_first = std::uint64_t{1} << 63U;

  void push(TimeUtc known, std::uint32_t vehicle, std::uint64_t rank, std::string& line);

  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> waiting_;
  std::uint64_t added_ = 0;
};

}  // namespace haulwatch::simulation
