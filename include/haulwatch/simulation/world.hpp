#pragma once

#include <haulwatch/registry/registry_draft.hpp>
#include <haulwatch/simulation/county.hpp>
#include <haulwatch/simulation/lived_motion.hpp>
#include <haulwatch/simulation/profile.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::simulation {

struct WorldOptions {
  std::uint64_t seed = 1;
  std::uint32_t vehicles = 100;
  Milliseconds duration = std::chrono::hours{24};
  Profile profile;
};

/// A county with its vehicles, their truth and their reports.
///
/// The same options give the same bytes on every machine. Vehicles depend on the seed, the profile and their own number
/// only: of two worlds that differ in the number of vehicles, the smaller is lived the same in the larger.
///
/// Memory: the county, up to 100 KiB a vehicle, nearly all of it the errand under way, and what a slice of five minutes
/// brings; nothing grows with the duration.
/// Threads: one at a time.
class World {
 public:
  /// \throws Refused when the profile leaves no room for a county in which anything can be hauled
  explicit World(WorldOptions options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  using Write = std::function<void(std::string_view text)>;
  struct Output {
    Write tracks;     ///< CSV with its header, in order of arrival
    Write truth;      ///< JSON Lines, in order of time
    Write manifests;  ///< JSON Lines, in order of time
    /// Each piece of true motion, vehicle by vehicle within a slice; may be empty.
    std::function<void(std::uint32_t vehicle, const LivedPiece& piece)> motion;
  };

  /// Lives the world from its beginning to its end, once. \param slice how far vehicles go on at a time: changes
  /// nothing
  void run(const Output& output, Milliseconds slice = std::chrono::minutes{5});

  [[nodiscard]] std::uint64_t reports() const noexcept { return reports_; }
  [[nodiscard]] const County& county() const noexcept;
  /// What the county's office knows of it.
  [[nodiscard]] registry::RegistryDraft registry() const;
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  struct Fleet;
  struct Traveller;

  WorldOptions options_;
  std::vector<std::string> names_;
  std::unique_ptr<Fleet> fleet_;
  std::uint64_t reports_ = 0;
};

/// The number plate of a vehicle.
[[nodiscard]] std::string plate_of(std::uint32_t vehicle);

/// The registry of a county as its office has it: of what is hidden there is nothing in it. Permits name the vehicles
/// that work under them; a permit under which none works is left out.
/// \param permits_of the permit of each vehicle, by number; `nowhere` for a vehicle that none names
[[nodiscard]] registry::RegistryDraft registry_of(const County& county, const std::vector<std::uint32_t>& permits_of,
                                                  const std::vector<std::string>& names);

/// Spells a registry as GeoJSON.
[[nodiscard]] std::string geojson_of(const registry::RegistryDraft& draft);

}  // namespace haulwatch::simulation
