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

  [[nodiscard]] std::uint32_t version() const noexcept;

  /// Origin of local metres. Without a `frame` member it is the middle of the whole-degree cell of the median site (of
  /// the median route, gate or zone where there is no site), so that a far object more or less does not move it.
  [[nodiscard]] const geo::LocalFrame& frame() const noexcept;

  /// False for a registry without any feature: then there is no frame worth the name.
  [[nodiscard]] bool has_places() const noexcept;

  [[nodiscard]] std::span<const Site> sites() const noexcept;
  [[nodiscard]] std::span<const Zone> zones() const noexcept;
  [[nodiscard]] std::span<const Gate> gates() const noexcept;
  [[nodiscard]] std::span<const Route> routes() const noexcept;
  [[nodiscard]] std::span<const Permit> permits() const noexcept;

  /// Areas are numbered sites first, then zones; lines are the gates.
  [[nodiscard]] const geo::PlaceIndex& places() const noexcept;
  /// Routes by `RouteIndex`.
  [[nodiscard]] const geo::CorridorIndex& corridors() const noexcept;

  /// Every permit that names the vehicle, whether in force or not. One hash look-up.
  [[nodiscard]] std::span<const PermitIndex> permits_of(std::string_view vehicle) const noexcept;

  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

 private:
  friend std::shared_ptr<const Registry> compile(RegistryDraft draft, std::uint32_t version);
  struct Parts;
  explicit Registry(std::unique_ptr<const Parts> parts) noexcept;
  std::unique_ptr<const Parts> parts_;
};

}  // namespace haulwatch::registry
