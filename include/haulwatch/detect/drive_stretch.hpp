#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/geo/rounded_point.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace haulwatch::detect {

/// What a two-state reading said while a vehicle drove.
struct SaidDriving {
  std::uint8_t known = 0;    ///< reports in which it said anything
  std::uint8_t on = 0;       ///< of those, on
  std::uint8_t changes = 0;  ///< between one report and the next
  std::uint8_t bounces = 0;  ///< of those, such as took the last one back within two reports

  SaidDriving& operator+=(const SaidDriving& more) noexcept {
    add(known, more.known);
    add(on, more.on);
    add(changes, more.changes);
    add(bounces, more.bounces);
    return *this;
  }

 private:
  static void add(std::uint8_t& to, std::uint8_t more) noexcept {
    to = static_cast<std::uint8_t>(std::min(to + more, 255));
  }
};

/// Finds where a vehicle certainly drives, by its places alone, and tallies what its readings said there.
///
/// Places are compared over 15 s and more, so that noise makes no speed; a leg of that length counts when its mean
/// speed is a drive's and the legs before and after it are driven too: what a crew does in the last moments before it
/// drives off, and in the first after it stands, is no drive's. The reported speed is a reading like others. O(1); a
/// plain copy.
class DriveStretch {
 public:
  /// The readings that are tallied: ignition on, body up, cover open, load not empty, speed nought.
  static constexpr std::size_t readings = 5;
  enum Reading : std::uint8_t { ignition_on, body_up, cover_open, loaded, speed_nought };

  /// What was said over some driven legs.
  struct Tally {
    std::array<SaidDriving, readings> said;
    float driven_s = 0;

    Tally& operator+=(const Tally& more) noexcept {
      for (std::size_t i = 0; i < readings; ++i) said[i] += more.said[i];
      driven_s += more.driven_s;
      return *this;
    }
  };

  /// \returns the leg that has proved to be driven by this sample, if one has
  std::optional<Tally> take(const Sample& sample) noexcept {
    const double dt = anchor_time_ == no_time ? 0.0 : seconds(sample.time - anchor_time_);
    if (anchor_time_ == no_time || seconds(sample.time - last_) > longest_gap_s) {
      start(sample);
      return std::nullopt;
    }
    note(sample);
    last_ = sample.time;
    if (dt < leg_s) return std::nullopt;
    const double speed = geo::distance(sample.raw, anchor_.point()) / dt;
    return close(sample, speed >= slowest_mps && speed <= fastest_mps, dt);
  }

  /// What comes is another drive.
  void forget() noexcept { anchor_time_ = no_time; }

  static void rebase(DriveStretch& stretch, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    stretch.anchor_ = stretch.anchor_.moved(from, to);
  }

 private:
  static constexpr double leg_s = 15.0;
  static constexpr double longest_gap_s = 180.0;
  static constexpr double slowest_mps = 6.0;   ///< above queues, manoeuvres, and trucks that tip while they creep
  static constexpr double fastest_mps = 45.0;  ///< no truck is faster: a receiver that jumps

  void start(const Sample& sample) noexcept {
    anchor_time_ = last_ = sample.time;
    anchor_ = geo::RoundedPoint{sample.raw};
    legs_driven_ = 0;
    now_ = held_ = {};
    said_.fill(0);
    since_change_.fill(255);
    note(sample);
    now_ = {};
  }

  void note(const Sample& sample) noexcept {
    const Sensors& s = sample.fix.sensors;
    hear(ignition_on, s.ignition, Sensed::yes);
    hear(body_up, s.body_lift, Sensed::yes);
    hear(cover_open, s.cover_closed, Sensed::no);
    hear(loaded, s.load, LoadReading::full, LoadReading::half);
    if (sample.fix.speed_mps.has_value())
      hear(speed_nought, sample.fix.speed_mps.value() < 0.3F ? Sensed::yes : Sensed::no, Sensed::yes);
  }

  /// \param on what counts as on; `also` does, too
  template <class Value>
  void hear(Reading which, Value value, Value on, Value also) noexcept {
    const auto said = static_cast<std::uint8_t>(value);
    if (said == 0) return;  // unknown
    SaidDriving& tally = now_.said[which];
    std::uint8_t& before = said_[which];
    std::uint8_t& since = since_change_[which];
    count(tally.known);
    if (value == on || value == also) count(tally.on);
    count(since);
    if (before != 0 && before != said) {
      count(tally.changes);
      if (since <= 2) count(tally.bounces);
      since = 0;
    }
    before = said;
  }
  template <class Value>
  void hear(Reading which, Value value, Value on) noexcept {
    hear(which, value, on, on);
  }
  static void count(std::uint8_t& counter) noexcept {
    if (counter < 255) ++counter;
  }

  std::optional<Tally> close(const Sample& sample, bool driven, double dt) noexcept {
    anchor_time_ = sample.time;
    anchor_ = geo::RoundedPoint{sample.raw};
    legs_driven_ = driven ? static_cast<std::uint8_t>(std::min(legs_driven_ + 1, 3)) : std::uint8_t{0};
    const Tally before = std::exchange(held_, std::exchange(now_, {}));
    held_.driven_s = static_cast<float>(dt);
    return legs_driven_ == 3 ? std::optional{before} : std::nullopt;
  }

  TimeUtc anchor_time_ = no_time;  ///< where the leg under way began
  TimeUtc last_ = no_time;
  geo::RoundedPoint anchor_;
  Tally now_;   ///< of the leg under way
  Tally held_;  ///< of the leg before, until the one under way tells whether it was driven on
  std::array<std::uint8_t, readings> said_{};          ///< last; 0 where nothing
  std::array<std::uint8_t, readings> since_change_{};  ///< reports
  std::uint8_t legs_driven_ = 0;                       ///< in a row, up to 3
};

}  // namespace haulwatch::detect
