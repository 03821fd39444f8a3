#include "telling.hpp"

#include <haulwatch/detect/manifest_match.hpp>
#include <haulwatch/detect/manifest_watch.hpp>

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <variant>

namespace haulwatch::explain {

namespace {

using detect::LoadMismatch;
using detect::ManifestMismatch;

struct LoadWords {
  LoadMismatch mismatch{};
  std::string_view compared;
};
constexpr std::array load_words{
    LoadWords{LoadMismatch::manifest_used, "The manifest that would fit covers an earlier load of the vehicle."},
    LoadWords{LoadMismatch::voided_before, "The manifest that would fit was void when the load was taken up."},
    LoadWords{LoadMismatch::closed_before, "The manifest that would fit had been closed before the load was taken up."},
    LoadWords{LoadMismatch::other_permit,
              "The vehicle has a manifest, but under a permit that does not cover this load."},
    LoadWords{LoadMismatch::other_origin, "The vehicle has a manifest, but from another origin."},
    LoadWords{LoadMismatch::none, "The vehicle has no manifest that was open at that time."},
};

std::string compared_of(std::string_view reason) {
  for (const LoadWords& words : load_words)
    if (detect::name_of(words.mismatch) == reason) return std::string{words.compared};
  return fmt::format("The reason given is {}.", quoted(reason));
}

}  // namespace

Landmark tell(const Scene& scene, const UnmatchedManifest& unmatched, Explanation& out) {
  const bool closed = unmatched.reason == detect::name_of(ManifestMismatch::no_load);
  out.seen = closed
                 ? fmt::format("The manifest {} of {} was closed, and no load had been taken up under it.",
                               quoted(unmatched.manifest), scene.vehicle_within())
                 : fmt::format("The permit of the manifest {} of {} ended, and it had been neither driven nor closed.",
                               quoted(unmatched.manifest), scene.vehicle_within());
  out.compared.emplace_back(
      "Compared were the loads that the vehicle was seen to take up at the manifest's origin while it was open.");
  out.compared.push_back(fmt::format("This was known at {}.", scene.clock().at(scene.event().detected)));
  out.cleared_by.emplace_back(closed ? "A load taken up at its origin before it was closed, or its being voided."
                                     : "A load taken up at its origin while the permit held, or its being voided.");
  return scene.from_place("where the vehicle was then");
}

Landmark tell(const Scene& scene, const UnmatchedLoad& unmatched, Explanation& out) {
  out.seen = fmt::format("{} drove a load that no manifest covers.", scene.vehicle());
  if (const Event* trip = scene.last_told(EventKind::trip_ended, unmatched.trip))
    out.seen += scene.taken_up_text(std::get<Trip>(trip->details));
  out.compared.push_back(compared_of(unmatched.reason));
  out.compared.push_back(fmt::format("Its trip is {:016x}. This was known at {}.",
                                     static_cast<std::uint64_t>(unmatched.trip),
                                     scene.clock().at(scene.event().detected)));
  out.cleared_by.emplace_back(
      "A manifest of this vehicle from that origin, opened before the load ended and not void, closed or used before.");
  return scene.from_place("where the trip ended");
}

}  // namespace haulwatch::explain
