#pragma once

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/simulation/motion.hpp>
#include <haulwatch/simulation/report.hpp>
#include <haulwatch/simulation/terminal.hpp>
#include <haulwatch/simulation/terminal_fault.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace haulwatch::simulation {

/// All reports of a fleet in the order in which the platform gets them.
///
/// Vehicles go on in slices of time, one after the other. No report arrives before its event, so at the end of a slice
/// everything that arrived in it is there, and is sorted and handed out; what is still under way waits for the next.
/// The order is that of arrival, then of the source and of what it sent, and does not depend on the slice.
///
/// Memory: 1.5 KiB a vehicle, the reports of one slice (56 B each), and what terminals keep while they have no network;
/// nothing grows with the length of the run. Threads: one at a time.
class TrackMerge {
 public:
  /// Gives the next piece of a vehicle's way, in order, which stays until that vehicle is asked for the next one.
  /// \return null once the way has ended
  using NextPiece = std::function<const MotionPiece*(std::uint32_t vehicle)>;
  using TakeReport = std::function<void(const Report&)>;

  /// \param profile outlives the merge
  TrackMerge(const TerminalProfile& profile, geo::LocalFrame frame, std::uint64_t seed, std::uint32_t vehicles,
             TimeSpan run);
  ~TrackMerge();
  TrackMerge(TrackMerge&&) = delete;

  /// Hands out all that arrives before `until`. \param until later than the last one
  void advance(TimeUtc until, const NextPiece& next_piece, const TakeReport& take);

  /// Goes on to the end of the run, and hands out what is still under way or kept then.
  void finish(const NextPiece& next_piece, const TakeReport& take, Milliseconds slice = std::chrono::minutes{5});

 private:
  struct Carrier;

  void advance_vehicle(std::uint32_t vehicle, TimeUtc until, const NextPiece& next_piece);
  void observe(Carrier& carrier, std::uint32_t vehicle, TimeUtc until);
  void sort_arrivals(TimeUtc until);
  void hand_out_before(TimeUtc until, const TakeReport& take);

  TimeSpan run_;
  TimeUtc reached_;
  std::vector<std::unique_ptr<Carrier>> carriers_;
  std::vector<Report> under_way_;
  struct Arrival {
    TimeUtc received;
    std::uint64_t source_and_sequence;
    std::size_t index;
  };
  std::vector<Arrival> order_;
  std::vector<std::size_t> bucket_ends_;
};

}  // namespace haulwatch::simulation
