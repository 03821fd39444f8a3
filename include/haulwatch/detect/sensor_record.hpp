#pragma once

#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace haulwatch::detect {

/// What can lie about a vehicle. The names are those of the wire.
enum class SensorKind : std::uint8_t { ignition, body_lift, cover_closed, load, speed, position };
inline constexpr std::size_t sensor_kind_count = 6;

[[nodiscard]] constexpr std::string_view name_of(SensorKind sensor) noexcept {
  constexpr std::array<std::string_view, sensor_kind_count> names{"ignition", "body_lift", "cover_closed",
                                                                  "load",     "speed",     "position"};
  return names[static_cast<std::size_t>(sensor)];
}

/// By what a sick sensor shows it.
enum class SensorSign : std::uint8_t { never_changes, flickers, contradicts, inverted, falls_silent };

[[nodiscard]] constexpr std::string_view name_of(SensorSign sign) noexcept {
  constexpr std::array<std::string_view, 5> names{"never_changes", "flickers", "contradicts", "inverted",
                                                  "falls_silent"};
  return names[static_cast<std::size_t>(sign)];
}

enum class SensorTrust : std::uint8_t {
  unknown,  ///< it is not there, or the vehicle's life has not tried it yet
  sound,    ///< it has told what must have been true, both ways
  sick,
};

/// How much contradiction makes a sensor sick. Each counts what the truth was known to be: `on` and `off`.
struct SensorLimits {
  int on = 3;               ///< it denied what must have been on
  int off = 3;              ///< it denied what must have been off
  int unrest = 4;           ///< it changed where nothing can have changed it
  bool on_is_weak = false;  ///< that it agreed to `on` may be chance, and is no proof that it is not inverted
};

/// What speaks against one sensor, gathered until it is enough.
///
/// Three cumulative sums (Page 1954, Continuous Inspection Schemes): each contradiction adds 1, each agreement takes a
/// half away, never below 0. A sensor that is right nine times in ten never gathers a sum; one that is right by chance
/// does within a few trials. Once sick it has to be right many times in a row to be believed again. O(1); a plain copy.
class SensorRecord {
 public:
  enum class Truth : std::uint8_t { off, on };

  /// What it says, at each report: tells a sensor that never changes from one that does.
  void hears(bool says_on) noexcept {
    said_ = static_cast<std::uint8_t>(said_ | (says_on ? said_on : said_off)) & both_said;
  }

  /// The truth was known. \param weight how much a contradiction counts
  void witness(Truth truth, bool agreed, TimeUtc now, int weight = 1) noexcept {
    Side& side = truth == Truth::on ? on_ : off_;
    if (agreed) {
      side.sum = lowered(side.sum, 2);
      side.ever_agreed = true;
      side.agreed = saturated(side.agreed);
      side.streak = static_cast<std::uint8_t>(std::min(side.streak + 1, 127)) & 0x7FU;
      return;
    }
    begin(now);
    side.sum = raised(side.sum, weight);
    side.denied = saturated(side.denied);
    side.streak = 0;
    fresh_ = true;
  }

  /// While nothing can have changed it: how often it changed, and how often it changed back at once.
  void restless(int changes, int bounces, TimeUtc now) noexcept {
    if (changes == 0) {
      unrest_ = lowered(unrest_, 1);  // an eighth: a sensor that drifts at random changes once in some stretches
      calm_ = saturated(calm_);
      return;
    }
    begin(now);
    unrest_ = static_cast<std::uint8_t>(std::min(unrest_ + eighths * changes, 31 * eighths));
    changes_ = saturated(changes_, changes);
    bounces_ = saturated(bounces_, bounces);
    calm_ = 0;
    fresh_ = true;
  }

  /// It says nothing any more.
  void mute(TimeUtc now) noexcept { begin(now); }

  [[nodiscard]] bool exceeds(const SensorLimits& limits) const noexcept {
    return on_.sum >= quarters * limits.on || off_.sum >= quarters * limits.off || unrest_ >= eighths * limits.unrest;
  }

  /// What the contradictions look like.
  [[nodiscard]] SensorSign sign(const SensorLimits& limits) const noexcept {
    if (changes_ >= 3) return 3 * bounces_ >= changes_ ? SensorSign::flickers : SensorSign::contradicts;
    if (said_ != both_said) return SensorSign::never_changes;
    const bool agrees = off_.agreed > 0 || (on_.agreed > 0 && !limits.on_is_weak);
    return agrees ? SensorSign::contradicts : SensorSign::inverted;
  }

  /// Both ways it has told what must have been true, and nothing much speaks against it.
  [[nodiscard]] bool is_sound() const noexcept {
    return on_.ever_agreed && off_.ever_agreed && on_.sum <= quarters && off_.sum <= quarters && unrest_ <= eighths;
  }

  /// From now on it is told, until it heals.
  void fall_sick(SensorSign sign) noexcept {
    told_ = sign;
    sick_ = true;
  }
  [[nodiscard]] bool is_sick() const noexcept { return sick_; }
  [[nodiscard]] SensorSign told() const noexcept { return told_; }

  /// Whether something new speaks against it since it was asked last.
  [[nodiscard]] bool take_fresh() noexcept {
    const bool fresh = fresh_;
    fresh_ = false;
    return fresh;
  }

  /// Of a sick one: right so often in a row wherever it was wrong, and calm for so many stretches.
  [[nodiscard]] bool has_healed(int on_trials, int off_trials, int calm_stretches) const noexcept {
    return (on_.denied == 0 || on_.streak >= on_trials) && (off_.denied == 0 || off_.streak >= off_trials) &&
           (changes_ == 0 || calm_ >= calm_stretches) && said_ == both_said;
  }

  [[nodiscard]] TimeUtc since() const noexcept { return since_; }  ///< the first contradiction of those that count
  [[nodiscard]] int denied() const noexcept { return on_.denied + off_.denied; }
  [[nodiscard]] int agreed() const noexcept { return on_.agreed + off_.agreed; }
  [[nodiscard]] int changes() const noexcept { return changes_; }
  [[nodiscard]] int bounces() const noexcept { return bounces_; }  ///< of the changes, such as were taken back at once

 private:
  struct Side {
    std::uint8_t sum = 0;     ///< in quarters
    std::uint8_t agreed = 0;  ///< since `since_`, as `denied`
    std::uint8_t denied = 0;
    std::uint8_t streak : 7 = 0;  ///< agreements in a row
    bool ever_agreed : 1 = false;
  };
  static constexpr int quarters = 4;
  static constexpr int eighths = 8;
  static constexpr int most = 12 * quarters;
  static constexpr std::uint8_t said_off = 1;
  static constexpr std::uint8_t said_on = 2;
  static constexpr unsigned both_said = said_off | said_on;

  [[nodiscard]] static std::uint8_t raised(std::uint8_t sum, int by) noexcept {
    return static_cast<std::uint8_t>(std::min(sum + quarters * by, most));
  }
  [[nodiscard]] static std::uint8_t lowered(std::uint8_t sum, int by_quarters) noexcept {
    return static_cast<std::uint8_t>(std::max(sum - by_quarters, 0));
  }
  [[nodiscard]] static std::uint8_t saturated(std::uint8_t count, int by = 1) noexcept {
    return static_cast<std::uint8_t>(std::min(count + by, 255));
  }

  /// The first contradiction after all was well: what it says counts from here on.
  void begin(TimeUtc now) noexcept {
    if (sick_ || on_.sum > 0 || off_.sum > 0 || unrest_ > 0) return;
    since_ = now;
    said_ = 0;
    for (Side* side : {&on_, &off_}) side->agreed = side->denied = 0;
    changes_ = bounces_ = 0;
  }

  TimeUtc since_ = no_time;
  Side on_;
  Side off_;
  std::uint8_t unrest_ = 0;  ///< in eighths
  std::uint8_t changes_ = 0;
  std::uint8_t bounces_ = 0;
  std::uint8_t calm_ = 0;
  std::uint8_t said_ : 2 = 0;  ///< since `since_`
  SensorSign told_ : 3 = SensorSign::never_changes;
  bool sick_ : 1 = false;
  bool fresh_ : 1 = false;
};
static_assert(sizeof(SensorRecord) <= 24);

}  // namespace haulwatch::detect
