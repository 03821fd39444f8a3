#pragma once

#include <haulwatch/simulation/lived_motion.hpp>
#include <haulwatch/simulation/path.hpp>
#include <haulwatch/simulation/random.hpp>
#include <haulwatch/simulation/traffic.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace haulwatch::simulation {

/// How a vehicle moves, as heavy as it now is and as its driver likes it.
struct Handling {
  double accelerate_mps2 = 0.8;  ///< from rest; less at speed
  double brake_mps2 = 1.0;
  double sideways_mps2 = 1.5;  ///< in curves
  double pace = 0.93;          ///< share of the limit at which it goes
  double wander = 0.07;        ///< standard deviation of the pace from stretch to stretch
  double top_mps = 25.0;
};

/// Does what is planned at a place of the way; the vehicle is back where it stood when it returns.
using Perform = std::function<void(std::uint8_t act)>;

/// Moves a vehicle along a path from rest to rest.
///
/// Speeds follow limits, curves and what has to be braked for, and wander; whether a light has to be waited for is
/// found on arrival. Cost: some 0.1 µs a piece, one or two pieces an element. Threads: one at a time.
class Drive {
 public:
  Drive(LivedMotion& motion, const Traffic& traffic, Random& random) noexcept
      : motion_{motion}, traffic_{traffic}, random_{random} {}

  void follow(const Path& path, const Handling& handling, Activity activity, const Perform& perform);

 private:
  struct Section {
    std::size_t first = 0;
    std::size_t last = 0;
  };

  void plan_speeds(const Path& path, const Handling& handling);
  /// Lowers the planned speeds so that the vehicle stands at the section's end. \return the first element that changes
  std::size_t plan_stop(const Path& path, const Handling& handling, Section section);
  [[nodiscard]] double run(const Path& path, const Handling& handling, Section section, double speed,
                           Activity activity);
  [[nodiscard]] double ride(const PathElement& element, const Handling& handling, double speed, double cap, double end,
                            Activity activity);
  /// Whether a barrier or a light is closed for who arrives now.
  [[nodiscard]] double closed_for(const PathElement& element) const noexcept;
  [[nodiscard]] double heed_signal(const Path& path, const Handling& handling, Section section, double speed,
                                   Activity activity);

  LivedMotion& motion_;
  const Traffic& traffic_;
  Random& random_;
  struct Begun {
    LivedMotion::Bookmark at;
    double speed_mps = 0.0;
  };

  std::vector<Begun> begun_;  ///< the elements of the section run last
  std::vector<double> caps_;
  std::vector<double> ends_;  ///< the highest speed at the end of each element
};

}  // namespace haulwatch::simulation
