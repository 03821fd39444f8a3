#include <haulwatch/simulation/terminal_fault.hpp>
#include <haulwatch/simulation/uplink.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace haulwatch::simulation {
namespace {

/// From the network's return to the first batch, and from one batch to the next.
constexpr double log_in_median_s = 6.0;
constexpr double between_batches_median_s = 1.5;
constexpr double repeat_median_s = 4.0;
constexpr double spread = 0.5;

constexpr Milliseconds after_the_one_before{1};

}  // namespace

Uplink::Uplink(const UplinkDoses& doses, std::uint64_t seed, std::uint32_t vehicle, TimeUtc start) noexcept
    : doses_{&doses},
      random_{Random::stream(seed, "uplink", vehicle)},
      outages_{outages_of(doses, seed, vehicle, start)},
      keeps_reports_{keeps_reports(doses, seed, vehicle)},
      order_{Order::oldest_first} {
  const double which = random_.uniform();
  if (which < doses.newest_first.value)
    order_ = Order::newest_first;
  else if (which < doses.newest_first.value + doses.in_pieces.value)
    order_ = Order::in_pieces;
}

void Uplink::send(Report report, TimeUtc at, bool coverage, std::vector<Report>& out) {
  if (outages_.covers(at) || !coverage) {
    if (keeps_reports_) keep(report);
    return;
  }
  if (!kept_.empty()) send_kept(at, out);
  send_live(report, at, out);
}

void Uplink::finish(TimeUtc at, std::vector<Report>& out) {
  if (!kept_.empty()) send_kept(at, out);
}

void Uplink::keep(const Report& report) {
  const auto at_most = static_cast<std::size_t>(std::max(1.0, doses_->kept_at_most));
  // Half of what is kept goes at once: one at a time would move all the others each time.
  if (kept_.size() >= at_most)
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>((kept_.size() + 1) / 2));
  kept_.push_back(report);
}

void Uplink::send_live(Report& report, TimeUtc at, std::vector<Report>& out) {
  if (random_.chance(doses_->lost.value)) return;
  TimeUtc received = at + latency();
  if (random_.chance(doses_->overtaken.value))
    received += milliseconds(random_.uniform(0.0, doses_->overtaken_by_s));
  else
    // One connection keeps its order.
    last_received_ = received = std::max(received, last_received_ + after_the_one_before);
  emit(report, received, out);
  if (random_.chance(doses_->duplicated.value))
    emit(report, received + milliseconds(random_.log_normal(repeat_median_s, spread)), out);
}

void Uplink::send_kept(TimeUtc at, std::vector<Report>& out) {
  const auto size = static_cast<std::size_t>(std::max(1.0, doses_->batch_size));
  const std::size_t batches = (kept_.size() + size - 1) / size;
  if (order_ == Order::newest_first) std::reverse(kept_.begin(), kept_.end());
  TimeUtc sent = std::max(at, backfill_busy_until_) + milliseconds(random_.log_normal(log_in_median_s, spread));
  for (const std::size_t batch : order_of_batches(batches)) {
    const std::size_t first = batch * size;
    const std::size_t last = std::min(kept_.size(), first + size);
    sent = send_batch(first, last, sent, out);
    if (random_.chance(doses_->sent_twice.value)) sent = send_batch(first, last, sent, out);
  }
  backfill_busy_until_ = sent;
  kept_.clear();
}

std::vector<std::size_t> Uplink::order_of_batches(std::size_t batches) {
  std::vector<std::size_t> order(batches);
  for (std::size_t i = 0; i < batches; ++i) order[i] = i;
  if (order_ == Order::in_pieces)
    for (std::size_t i = batches; i > 1; --i) std::swap(order[i - 1], order[random_.whole(i)]);
  return order;
}

/// \return when the next batch may go
TimeUtc Uplink::send_batch(std::size_t first, std::size_t last, TimeUtc at, std::vector<Report>& out) {
  const TimeUtc received = at + latency();
  for (std::size_t i = first; i < last; ++i) {
    Report report = kept_[i];
    report.backfill = true;
    // All of a message arrive at once; its reports stand in the order in which they lie in it.
    emit(report, received, out);
  }
  return at + milliseconds(random_.log_normal(between_batches_median_s, spread));
}

void Uplink::emit(Report report, TimeUtc received, std::vector<Report>& out) {
  report.received = received;
  report.sequence = sequence_++;
  out.push_back(report);
}

Milliseconds Uplink::latency() noexcept {
  return std::max(after_the_one_before,
                  milliseconds(random_.log_normal(doses_->latency_median_s, doses_->latency_spread)));
}

}  // namespace haulwatch::simulation
