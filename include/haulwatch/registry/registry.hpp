#pragma once

#include <haulwatch/geo/corridor_index.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/geo/place_index.hpp>
#include <haulwatch/registry/objects.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace haulwatch::registry {

struct RegistryDraft;

/// What is allowed where, compiled once and never changed: sites, zones, gates, routes, permits, and the indices over
/// them.
///
/// Threads: immutable, so any number may read at once. Memory: about that of the document, plus the indices.
class Registry {
 public:
  /// Nothing registered; positions are local to each vehicle.
  [[nodiscard]] static std::shared_ptr<const Registry> none();

  [[nodiscard]] std::uint32_t version() const noexcept { return view_.version; }

  /// Origin of local metres. Without a `frame` member it is the middle of the whole-degree cell of the median site (of
  /// the median route, gate or zone where there is no site), so that a far object more or less does not move it.
  [[nodiscard]] const geo::LocalFrame& frame() const noexcept { return *view_.frame; }

  /// False for a registry without any feature: then there is no frame worth the name.
  [[nodiscard]] bool has_places() const noexcept;

  [[nodiscard]] std::span<const Site> sites() const noexcept { return view_.sites; }
  [[nodiscard]] std::span<const Zone> zones() const noexcept { return view_.zones; }
  [[nodiscard]] std::span<const Gate> gates() const noexcept { return view_.gates; }
  [[nodiscard]] std::span<const Route> routes() const noexcept { return view_.routes; }
  [[nodiscard]] std::span<const Permit> permits() const noexcept { return view_.permits; }

  /// Areas are numbered sites first, then zones; lines are the gates.
  [[nodiscard]] const geo::PlaceIndex& places() const noexcept { return *view_.places; }
  /// What is looked for on the way between two fixes, and nothing else: gates, numbered likewise, and the zones that
  /// nobody may enter; `forbidden_zone` gives the zone of such an area's number.
  [[nodiscard]] const geo::PlaceIndex& barriers() const noexcept { return *view_.barriers; }
  [[nodiscard]] ZoneIndex forbidden_zone(geo::AreaIndex area) const noexcept { return view_.forbidden_zones[area]; }
  /// Routes by `RouteIndex`.
  [[nodiscard]] const geo::CorridorIndex& corridors() const noexcept { return *view_.corridors; }

  /// Every permit that names the vehicle, whether in force or not. One hash look-up.
  [[nodiscard]] std::span<const PermitIndex> permits_of(std::string_view vehicle) const noexcept;

  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

 private:
  friend std::shared_ptr<const Registry> compile(RegistryDraft draft, std::uint32_t version);
  struct Parts;
  explicit Registry(std::unique_ptr<const Parts> parts) noexcept;

  /// What `parts_` holds, to be read without a call.
  struct View {
    std::uint32_t version = 0;
    const geo::LocalFrame* frame = nullptr;
    std::span<const Site> sites;
    std::span<const Zone> zones;
    std::span<const Gate> gates;
    std::span<const Route> routes;
    std::span<const Permit> permits;
    const geo::PlaceIndex* places = nullptr;
    const geo::PlaceIndex* barriers = nullptr;
    std::span<const ZoneIndex> forbidden_zones;
    const geo::CorridorIndex* corridors = nullptr;
  };

  std::unique_ptr<const Parts> parts_;
  View view_;
};

}  // namespace haulwatch::registry
