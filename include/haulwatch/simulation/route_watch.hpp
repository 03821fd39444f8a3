#pragma once

#include <haulwatch/simulation/county.hpp>
#include <haulwatch/simulation/motion.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace haulwatch::simulation {

/// Where a loaded vehicle truly is beside the routes of its permit.
///
/// It measures from time to time only: as long as the vehicle cannot have reached the edge it need not look.
class RouteWatch {
 public:
  /// Begins anew. \param routes numbers in `County::routes`; they are alternatives
  void begin(const std::vector<std::uint32_t>* routes, double odometer_m) noexcept;
  void end() noexcept { routes_ = nullptr; }
  [[nodiscard]] bool watching() const noexcept { return routes_ != nullptr && !routes_->empty(); }

  struct Crossing {
    double since_s = 0.0;  ///< of the piece
    bool leaves = false;
  };

  /// The next time after `after_s` that the piece crosses the edge of what is allowed; false if it does not.
  bool next_crossing(const County& county, const MotionPiece& piece, double after_s, Crossing& crossing);

  [[nodiscard]] bool outside() const noexcept { return outside_; }
  /// Beyond the edge, since it left.
  [[nodiscard]] double farthest_m() const noexcept { return farthest_m_; }
  [[nodiscard]] std::uint32_t nearest_route() const noexcept { return nearest_; }

 private:
  struct Measured {
    double clearance_m = 0.0;  ///< to the edge: positive inside
    std::uint32_t route = 0;
  };
  /// The odometer up to which what was just measured proves the vehicle inside; 0 if it proves nothing.
  [[nodiscard]] double inside_until_m(const County& county, const MotionPiece& piece, double length,
                                      const Measured& now) const noexcept;
  [[nodiscard]] Measured measure(const County& county, geo::LocalPoint at);

  const std::vector<std::uint32_t>* routes_ = nullptr;
  std::uint32_t nearest_ = 0;
  std::size_t cursor_ = 0;
  double look_again_m_ = 0.0;  ///< odometer
  bool outside_ = false;
  double farthest_m_ = 0.0;
};

}  // namespace haulwatch::simulation
