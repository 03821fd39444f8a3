#include <haulwatch/explain/event_choice.hpp>

#include <algorithm>
#include <map>
#include <variant>

namespace haulwatch::explain {

bool bears_on(const Event& event, const Event& meant) noexcept {
  if (event.vehicle == meant.vehicle) return true;
  const auto* excess = std::get_if<QuotaExcess>(&meant.details);
  const auto* trip = std::get_if<Trip>(&event.details);
  return excess != nullptr && trip != nullptr && trip->permit == excess->permit;
}

std::vector<const Event*> last_revisions(std::span<const Event> log, std::uint64_t number) {
  std::map<EventId, const Event*> last;
  for (const Event& event : log) {
    if (!is_meant(event, number)) continue;
    const Event*& known = last[event.id];
    if (known == nullptr || event.revision >= known->revision) known = &event;
  }
  std::vector<const Event*> events;
  events.reserve(last.size());
  for (const auto& [id, event] : last) events.push_back(event);
  // All lie in one span: their addresses are the order of the log.
  std::sort(events.begin(), events.end());
  return events;
}

TimeSpan span_around(std::span<const Event* const> events) noexcept {
  TimeSpan all{TimeUtc::max(), no_time};
  for (const Event* event : events) {
    const TimeSpan one = span_around(*event);
    all.from = std::min(all.from, one.from);
    all.to = std::max(all.to, one.to);
  }
  return all;
}

}  // namespace haulwatch::explain
