#pragma once

#include <haulwatch/reading.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstdint>

namespace haulwatch::detect {

/// Whether what a sensor of the tipping body says may be believed.
///
/// Nobody drives at speed with the body up, and bodies are down most of the time: a sensor that says otherwise is stuck
/// or inverted. One that flickers turns back within seconds again and again. `up()` is what it says while it may be
/// believed. Unloadings in registered places show whether it sees the body rise at all. O(1); a plain copy.
class LiftSensor {
 public:
  /// \param speed metres a second
  void read(Sensed reading, TimeUtc now, double speed) noexcept {
    now_up_ = false;
    if (reading == Sensed::unknown) {
      last_ = no_time;
      return;
    }
    const bool up = reading == Sensed::yes;
    const auto step = last_ == no_time ? 0.0F : static_cast<float>(std::min(seconds(now - last_), longest_step_s));
    last_ = now;
    constexpr double fast_mps = 7.0;
    if (up && told_up_ && speed > fast_mps) up_at_speed_s_ += step;
    (up ? up_s_ : down_s_) += step;
    unrest_ *= 0.98F;
    if (up != told_up_) unrest_ += 1.0F;
    told_up_ = up;
    fade();
    now_up_ = up && is_believed();
  }

  /// \param raised in a place of unloading, in which the vehicle has just emptied itself
  void witness(bool raised) noexcept {
    std::uint8_t& count = raised ? seen_ : missed_;
    if (++count < 12) return;
    seen_ = static_cast<std::uint8_t>(seen_ / 2);
    missed_ = static_cast<std::uint8_t>(missed_ / 2);
  }

  [[nodiscard]] bool reports() const noexcept { return last_ != no_time; }
  [[nodiscard]] bool up() const noexcept { return now_up_; }
  /// It would have shown a raised body: it has seen most of the unloadings.
  [[nodiscard]] bool sees_unloadings() const noexcept { return seen_ > 0 && 3 * missed_ <= seen_ && is_believed(); }

 private:
  [[nodiscard]] bool is_believed() const noexcept {
    constexpr float bearable_s = 60.0F;
    constexpr float restless = 6.0F;
    return up_at_speed_s_ < bearable_s && up_s_ < down_s_ && unrest_ < restless;
  }

  /// So that a repaired sensor is believed again after a day or two.
  void fade() noexcept {
    constexpr float memory_s = 86'400.0F;
    if (up_s_ + down_s_ < memory_s) return;
    up_s_ *= 0.5F;
    down_s_ *= 0.5F;
    up_at_speed_s_ *= 0.5F;
  }

  static constexpr double longest_step_s = 120.0;

  TimeUtc last_ = no_time;
  float up_at_speed_s_ = 0;
  float up_s_ = 0;
  float down_s_ = 0;
  float unrest_ = 0;
  std::uint8_t seen_ = 0;
  std::uint8_t missed_ = 0;
  bool told_up_ = false;
  bool now_up_ = false;
};

}  // namespace haulwatch::detect
