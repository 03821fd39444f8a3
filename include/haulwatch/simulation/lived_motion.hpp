#pragma once

#include <haulwatch/simulation/motion.hpp>
#include <haulwatch/simulation/path.hpp>
#include <haulwatch/simulation/piece_queue.hpp>
#include <haulwatch/simulation/world_clock.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace haulwatch::simulation {

/// A load has been taken on.
struct LoadTaken {
  std::uint32_t origin = 0xffffffffU;  ///< a place of the county, registered or not
  bool origin_registered = false;
  std::uint32_t permit = 0xffffffffU;  ///< under which it goes
  std::string manifest;                ///< empty: there is none
};

/// A load is gone, or handed over.
struct LoadGone {
  std::uint32_t destination = 0xffffffffU;  ///< a registered place; nowhere otherwise
  bool wrong_destination = false;
  bool unapproved_place = false;
  bool off_hours = false;
  bool no_permit = false;
};

/// A load was dumped.
struct Dumped {
  TimeUtc start = no_time;  ///< from coming to rest, or from slowing down where it rolled
  TimeUtc end = no_time;
  geo::LocalPoint at;
  const char* manner = "";      ///< `standing`, `quick`, `rolling`
  const char* place_kind = "";  ///< `old_heap`, `new_place`, `road_edge`, `disguised`, `water`
  bool terminal_cut = false;
  bool last_act = false;
};

/// Something that looks like dumping and is none.
struct LookAlike {
  const char* name = "";
  TimeUtc start = no_time;
  TimeUtc end = no_time;
  geo::LocalPoint at;
};

/// Why the terminal is silent from here.
struct Silenced {
  const char* cause = "";  ///< `terminal_cut`, `terminal_died`
};

/// A version of a transfer note.
struct NoteOfTransfer {
  std::string id;
  std::uint32_t permit = 0xffffffffU;
  std::uint32_t origin = 0xffffffffU;
  std::uint32_t destination = 0xffffffffU;
  TimeUtc opened_at = no_time;
  TimeUtc closed_at = no_time;
  TimeUtc voided_at = no_time;
  double quantity_m3 = 0.0;
};

/// What a driver knows of what has just happened, and motion alone does not show.
using Remark = std::variant<LoadTaken, LoadGone, Dumped, LookAlike, Silenced, NoteOfTransfer>;

/// What can be switched on a vehicle.
struct VehicleState {
  bool ignition = true;
  bool body_raised = false;
  bool cover_closed = true;
  LoadReading load = LoadReading::empty;
  bool terminal_cut = false;
};

/// The motion of one vehicle as it is lived, piece by piece, until somebody takes it.
///
/// Memory: what is left of one errand. Threads: one at a time.
class LivedMotion {
 public:
  struct Remarked {
    std::uint64_t after = 0;  ///< the number of pieces, from the beginning of all, that come before
    Remark remark;
  };

  /// \param store outlives the motion
  LivedMotion(Pose pose, PieceStore& store) noexcept : pose_{pose}, pieces_{store} {}

  /// Puts the vehicle at the beginning of an element of its path: what rounding has moved is forgotten.
  void begin(const PathElement& element) noexcept;
  /// Drives the whole of it at constant acceleration.
  void drive(const PathElement& element, double from_mps, double to_mps, Activity activity);
  /// Drives a part of it, on from where the vehicle is.
  void drive(const PathElement& element, double length_m, double from_mps, double to_mps, Activity activity);

  /// Moves along an arc or a straight at constant acceleration.
  void move(double length_m, double curvature_per_m, double from_mps, double to_mps, Activity activity);
  /// The same backwards.
  void move_back(double length_m, double curvature_per_m, double from_mps, double to_mps, Activity activity);
  /// Stands still. \param seconds nothing happens for less than a millisecond
  void stand(double seconds, Activity activity);

  void remark(Remark remark) { remarks_.push_back({pieces_.added(), std::move(remark)}); }

  [[nodiscard]] const Pose& pose() const noexcept { return pose_; }
  [[nodiscard]] double clock_s() const noexcept { return clock_s_; }
  [[nodiscard]] TimeUtc now() const noexcept { return now_; }
  [[nodiscard]] double odometer_m() const noexcept { return odometer_m_; }
  [[nodiscard]] VehicleState& state() noexcept { return state_; }
  [[nodiscard]] const VehicleState& state() const noexcept { return state_; }

  /// A moment to which the motion can be taken back, as long as nothing was taken or remarked since.
  struct Bookmark {
    Pose pose;
    double clock_s = 0.0;
    double odometer_m = 0.0;
    std::uint64_t pieces = 0;
  };
  [[nodiscard]] Bookmark bookmark() const noexcept { return {pose_, clock_s_, odometer_m_, pieces_.added()}; }
  void go_back_to(const Bookmark& bookmark) {
    pose_ = bookmark.pose;
    clock_s_ = bookmark.clock_s;
    now_ = instant(clock_s_);
    odometer_m_ = bookmark.odometer_m;
    pieces_.take_back_to(bookmark.pieces);
  }

  /// Whether there is nothing left to take.
  [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }
  [[nodiscard]] const LivedPiece& front() const noexcept { return pieces_.front(); }
  void pop() { pieces_.pop(); }
  /// Whether something was remarked before the piece that stands in front.
  [[nodiscard]] bool has_remark() const noexcept {
    return remarks_taken_ < remarks_.size() && remarks_[remarks_taken_].after <= pieces_.taken();
  }
  /// The remarks made before the piece that stands in front, taken out one by one.
  bool take_remark(Remark& out);

 private:
  struct Course {
    double length_m = 0.0;
    double curvature_per_m = 0.0;
    bool reversing = false;
    geo::LocalPoint to;
  };
  void add(const Course& course, double from_mps, double to_mps, double seconds, Activity activity);

  Pose pose_;
  double clock_s_ = 0.0;
  TimeUtc now_ = world_begin;  ///< the clock in whole milliseconds
  double odometer_m_ = 0.0;
  VehicleState state_;
  Sky sky_ = Sky::open;
  bool coverage_ = true;
  PieceQueue pieces_;
  std::vector<Remarked> remarks_;
  std::size_t remarks_taken_ = 0;
};

}  // namespace haulwatch::simulation
