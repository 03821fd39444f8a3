#pragma once

#include "phrases.hpp"

#include <haulwatch/event.hpp>
#include <haulwatch/explain/explain.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/units.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace haulwatch::explain {

/// What distances are measured from.
struct Landmark {
  std::string name;                        ///< as in 'distance from …'; empty where nothing is known
  std::function<double(LonLat)> distance;  ///< metres; negative inside a boundary or a corridor
};

/// The reports before and after a moment.
struct Neighbours {
  const SourcedFix* before = nullptr;  ///< at the moment or earlier
  const SourcedFix* after = nullptr;
};

/// An event with what is known around it: names of places, reports, earlier revisions, the clock to tell it by.
class Scene {
 public:
  Scene(const Event& event, const Background& background, std::span<const SourcedFix> fixes);

  [[nodiscard]] const Event& event() const noexcept { return event_; }
  [[nodiscard]] const Background& background() const noexcept { return background_; }
  [[nodiscard]] const DetectOptions& options() const noexcept { return background_.options; }
  [[nodiscard]] const LocalClock& clock() const noexcept { return clock_; }
  [[nodiscard]] std::span<const SourcedFix> fixes() const noexcept { return fixes_; }
  [[nodiscard]] const registry::Registry* registry() const noexcept { return background_.registry; }

  [[nodiscard]] const registry::Site* site(std::string_view id) const noexcept;
  [[nodiscard]] const registry::Zone* zone(std::string_view id) const noexcept;
  [[nodiscard]] const registry::Route* route(std::string_view id) const noexcept;
  [[nodiscard]] const registry::Permit* permit(std::string_view id) const noexcept;

  /// "The vehicle 'ZF-1'", at the beginning of a sentence
  [[nodiscard]] std::string vehicle() const;
  /// "the vehicle 'ZF-1'", within one
  [[nodiscard]] std::string vehicle_within() const;
  /// "the site 'pit' (North pit, an origin)"
  [[nodiscard]] std::string site_text(std::string_view id) const;
  [[nodiscard]] std::string sites_text(const std::vector<registry::SiteIndex>& sites) const;
  /// "at longitude …, latitude …", where it is known
  [[nodiscard]] std::string where() const;
  /// "The nearest registered site is …, 310 m away."; empty without a registry or a place
  [[nodiscard]] std::string nearest_site_text(std::optional<LonLat> place) const;
  /// " It was taken up at …, at the site …."
  [[nodiscard]] std::string taken_up_text(const Trip& trip) const;
  /// "It was proven at …, 20 s later."
  [[nodiscard]] std::string proven_text() const;

  /// The last in the log of an episode's events of that kind that does not take one back; null where there is none.
  [[nodiscard]] const Event* last_told(EventKind kind, SubjectId subject) const noexcept;

  [[nodiscard]] Neighbours neighbours(TimeUtc at) const noexcept;

  [[nodiscard]] Landmark from_site(std::string_view id) const;
  [[nodiscard]] Landmark from_zone(std::string_view id) const;
  [[nodiscard]] Landmark from_gate(std::string_view id) const;
  [[nodiscard]] Landmark from_route(std::string_view id) const;
  /// From the event's own place.
  [[nodiscard]] Landmark from_place(std::string name) const;
  [[nodiscard]] Landmark from_place(std::string name, LonLat place) const;

  /// "The last report before it was 12 m outside the boundary, the first after it 30 m inside."; empty without reports
  [[nodiscard]] std::string fence_crossing_text(const Landmark& fence, TimeUtc at) const;

  /// Metres from one place to another.
  [[nodiscard]] double distance(LonLat a, LonLat b) const noexcept;

 private:
  [[nodiscard]] std::chrono::minutes offset() const;
  [[nodiscard]] Landmark from_area(std::uint32_t area, std::string name) const;

  const Event& event_;
  const Background& background_;
  std::span<const SourcedFix> fixes_;
  geo::LocalFrame frame_;
  LocalClock clock_;
};

/// The permit that an event names; empty for most kinds.
[[nodiscard]] std::string_view permit_of(const Event& event) noexcept;
/// The instants that an event names, `no_time` left out, earliest first.
[[nodiscard]] std::vector<TimeUtc> instants_of(const Event& event);

}  // namespace haulwatch::explain
