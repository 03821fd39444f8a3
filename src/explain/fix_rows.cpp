#include "fix_rows.hpp"

#include <algorithm>
#include <cstddef>

namespace haulwatch::explain {

namespace {

constexpr std::size_t most_rows = 30;
constexpr std::size_t beside_an_instant = 3;

bool says_the_same(const Fix& a, const Fix& b) noexcept {
  return a.sensors.body_lift == b.sensors.body_lift && a.sensors.load == b.sensors.load;
}

void choose_about_instants(const Scene& scene, std::vector<bool>& chosen) {
  const auto fixes = scene.fixes();
  for (const TimeUtc instant : instants_of(scene.event())) {
    const auto after = std::upper_bound(fixes.begin(), fixes.end(), instant,
                                        [](TimeUtc t, const SourcedFix& f) { return t < f.fix.time; });
    const auto at = static_cast<std::size_t>(after - fixes.begin());
    const std::size_t first = at < beside_an_instant ? 0 : at - beside_an_instant;
    for (std::size_t i = first; i < std::min(at + beside_an_instant, fixes.size()); ++i) chosen[i] = true;
  }
}

/// Both sides of each change, as long as there is room.
void choose_changes(const Scene& scene, std::vector<bool>& chosen) {
  const auto fixes = scene.fixes();
  auto count = static_cast<std::size_t>(std::count(chosen.begin(), chosen.end(), true));
  for (std::size_t i = 1; i < fixes.size() && count + 2 <= most_rows; ++i) {
    if (says_the_same(fixes[i - 1].fix, fixes[i].fix)) continue;
    count += (chosen[i - 1] ? 0U : 1U) + (chosen[i] ? 0U : 1U);
    chosen[i - 1] = chosen[i] = true;
  }
}

void fill_evenly(std::vector<bool>& chosen) {
  const auto count = static_cast<std::size_t>(std::count(chosen.begin(), chosen.end(), true));
  const std::size_t others = chosen.size() - count;
  if (count >= most_rows || others == 0) return;
  const std::size_t room = std::min(most_rows - count, others);
  std::size_t seen = 0;
  for (auto&& is_chosen : chosen) {
    if (is_chosen) continue;
    // The n-th of the others is taken where the share of room grows by a whole row.
    is_chosen = (seen + 1) * room / others > seen * room / others;
    ++seen;
  }
}

}  // namespace

std::vector<ExplainedFix> rows_of(const Scene& scene, const Landmark& landmark) {
  const auto fixes = scene.fixes();
  std::vector<bool> chosen(fixes.size());
  choose_about_instants(scene, chosen);
  choose_changes(scene, chosen);
  fill_evenly(chosen);
  std::vector<ExplainedFix> rows;
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    if (!chosen[i]) continue;
    ExplainedFix row{static_cast<std::uint32_t>(i + 1), fixes[i].fix, fixes[i].source, {}};
    if (landmark.distance) row.distance_m = landmark.distance(fixes[i].fix.position);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace haulwatch::explain
