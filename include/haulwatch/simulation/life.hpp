#pragma once

#include <haulwatch/simulation/county.hpp>
#include <haulwatch/simulation/lived_motion.hpp>
#include <haulwatch/simulation/profile.hpp>
#include <haulwatch/simulation/traffic.hpp>

#include <cstdint>
#include <memory>

namespace haulwatch::simulation {

/// What the vehicles of a world share. All of it outlives them.
struct Surroundings {
  const County* county = nullptr;
  const Traffic* traffic = nullptr;
  const Profile* profile = nullptr;
  PieceStore* pieces = nullptr;  ///< for one thread
  std::uint64_t seed = 0;
};

/// A vehicle and who drives it: an endless chain of errands.
///
/// It depends on the seed, the profile and the vehicle's number alone, never on other vehicles.
class Life {
 public:
  Life(Pose pose, const Surroundings& surroundings) noexcept : motion_{pose, *surroundings.pieces} {}
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  virtual ~Life() = default;

  /// Does the next errand: after it there is motion to take. Called only when there is none.
  virtual void live_on() = 0;

  [[nodiscard]] LivedMotion& motion() noexcept { return motion_; }

 protected:
  LivedMotion motion_;
};

/// Who drives which vehicle: fixed by its number.
struct Crew {
  bool vessel = false;
  std::uint32_t permit = nowhere;  ///< under which it works, or pretends to
  bool named_in_permit = true;
  bool dishonest = false;
  bool speeding = false;
  double pace = 0.93;
};

[[nodiscard]] Crew crew_of(const Surroundings& surroundings, std::uint32_t vehicle);

[[nodiscard]] std::unique_ptr<Life> begin_life(const Surroundings& surroundings, std::uint32_t vehicle);

}  // namespace haulwatch::simulation
