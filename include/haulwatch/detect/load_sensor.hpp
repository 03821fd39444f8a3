#pragma once

#include <haulwatch/reading.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace haulwatch::detect {

/// What a load sensor says once its bounces are taken out, and whether it has earned belief.
///
/// A reading counts when it has held for three reports in a row, or for a minute. `half` says neither way. Visits to
/// places of loading and unloading are the witnesses: a sensor that is stuck or inverted contradicts them, one that
/// flickers turns back again and again. It is sound once it has agreed both ways and disagreed at most a quarter of the
/// time. O(1); a plain copy.
class LoadSensor {
 public:
  void read(LoadReading reading, TimeUtc now) noexcept {
    if (reading != LoadReading::empty && reading != LoadReading::full) return;
    unrest_ *= 0.98F;
    if (reading == told_) {
      if (count_ > 0) unrest_ += 1.0F;
      count_ = 0;
      return;
    }
    if (count_ == 0) since_ = now;
    count_ = static_cast<std::uint8_t>(std::min(count_ + 1, 100));
    const bool held = now - since_ >= std::chrono::minutes{1} && count_ >= 2;
    if (told_ != LoadReading::unknown && count_ < 3 && !held) return;
    told_ = reading;
    changed_ = since_;
    count_ = 0;
  }

  /// What it told before a silence says nothing of now.
  void forget() noexcept {
    told_ = LoadReading::unknown;
    count_ = 0;
  }

  /// A place has shown what the load must be.
  void witness(LoadReading truth) noexcept {
    if (told_ == LoadReading::unknown) return;
    std::uint8_t& counter = told_ != truth ? disagreed_ : truth == LoadReading::full ? agreed_full_ : agreed_empty_;
    count(counter);
  }

  /// It told the same before and after a place has changed the load.
  void contradict() noexcept { count(disagreed_); }

  [[nodiscard]] bool is_sound() const noexcept {
    constexpr float restless = 3.0F;
    return agreed_full_ > 0 && agreed_empty_ > 0 && 3 * disagreed_ <= agreed_full_ + agreed_empty_ &&
           unrest_ < restless;
  }
  [[nodiscard]] LoadReading told() const noexcept { return told_; }
  [[nodiscard]] TimeUtc changed() const noexcept { return changed_; }  ///< when what it tells began

 private:
  /// All are halved together, so that a sensor that breaks loses its good name within a day's loads.
  void count(std::uint8_t& counter) noexcept {
    ++counter;
    if (agreed_full_ + agreed_empty_ + disagreed_ < 12) return;
    for (std::uint8_t* each : {&agreed_full_, &agreed_empty_, &disagreed_})
      *each = static_cast<std::uint8_t>(*each / 2);
  }

  TimeUtc since_ = no_time;
  TimeUtc changed_ = no_time;
  float unrest_ = 0;
  LoadReading told_ = LoadReading::unknown;
  std::uint8_t count_ = 0;
  std::uint8_t agreed_full_ = 0;
  std::uint8_t agreed_empty_ = 0;
  std::uint8_t disagreed_ = 0;
};

}  // namespace haulwatch::detect
