#include "source_slot.hpp"

#include "backoff.hpp"

#include <haulwatch/stable_hash.hpp>

#include <algorithm>
#include <utility>

namespace haulwatch::detail {

namespace {

/// Of one shard, where delivery is immediate; ordered delivery is bounded by the ticks that may be open.
constexpr std::uint64_t undelivered_batches = 64;

}  // namespace

/// One call of a source. Either it is seen by whoever ends the pipeline, who then waits for it, or it sees the end.
class SourceSlot::Entry {
 public:
  explicit Entry(SourceSlot& slot) noexcept : slot_{slot} {
    slot_.busy_.store(true, std::memory_order_seq_cst);
    // Not before the store: whoever ends the pipeline does the two the other way round.
    // NOLINTNEXTLINE(cppcoreguidelines-prefer-member-initializer)
    admitted_ = !slot_.shared_.closing.load(std::memory_order_seq_cst);
  }
  ~Entry() { slot_.busy_.store(false, std::memory_order_release); }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  [[nodiscard]] bool admitted() const noexcept { return admitted_; }

 private:
  SourceSlot& slot_;
  bool admitted_ = false;
};

SourceSlot::SourceSlot(std::size_t number, const PipelineOptions& options, PipelineShared& shared,
                       const std::vector<Way>& ways)
    : number_{number}, options_{options}, shared_{shared} {
  for (const Way& way : ways) {
    lanes_.push_back(std::make_unique<Lane>());
    roads_.push_back(Road{way, {}, {}});
  }
  open_ticks_.reserve(options.open_ticks);
}

std::optional<VehicleIndex> SourceSlot::vehicle(std::string_view name) {
  if (const auto known = known_.find(name); known != known_.end()) return VehicleIndex{known->second};
  const Entry entry{*this};
  const auto claim = shared_.vehicles.claim(name, number_);
  if (!claim) {
    counts_.foreign_vehicles.add(1);
    return std::nullopt;
  }
  if (!entry.admitted()) return claim->vehicle;  // its fixes will be given back
  const auto number = static_cast<std::size_t>(claim->vehicle);
  const std::size_t shard = StableHash{}.add(name).value() % roads_.size();
  Road& road = roads_[shard];
  if (routes_.size() <= number) routes_.resize(std::max(number + 1, 2 * routes_.size()));
  routes_[number] = {static_cast<std::uint32_t>(shard), VehicleIndex{static_cast<std::uint32_t>(road.outside.size())}};
  road.outside.push_back(claim->vehicle);
  known_.emplace(claim->name, static_cast<std::uint32_t>(number));
  FeedItem met;
  met.kind = FeedKind::vehicle_met;
  met.fix.vehicle = claim->vehicle;
  put(shard, &met, 1);
  return claim->vehicle;
}

std::size_t SourceSlot::push(std::span<const Fix> fixes) {
  // Small enough to stay in the cache between the two copies.
  constexpr std::size_t staged_at_most = 256;
  rejected_.clear();
  counts_.offered.add(fixes.size());
  const Entry entry{*this};
  const std::uint32_t now_us = shared_.clock.now_us();
  for (const Fix& fix : fixes) {
    const Route* const route = entry.admitted() ? route_of(fix.vehicle) : nullptr;
    if (route == nullptr) {
      reject(fix);
      continue;
    }
    FeedItem& item = roads_[route->shard].staged.emplace_back(FeedItem{fix, now_us, FeedKind::fix});
    item.fix.vehicle = route->inside;
    if (roads_[route->shard].staged.size() == staged_at_most) send(route->shard);
  }
  for (std::size_t shard = 0; shard < roads_.size(); ++shard)
    if (!roads_[shard].staged.empty()) send(shard);
  counts_.rejected.add(rejected_.size());
  counts_.accepted.add(fixes.size() - rejected_.size());
  return fixes.size() - rejected_.size();
}

bool SourceSlot::tick(TimeUtc now) {
  const Entry entry{*this};
  if (!entry.admitted()) {
    counts_.rejected_ticks.add(1);
    return false;
  }
  if (now == no_time || now <= last_tick_) return true;
  if (!wait_for_credit()) {
    counts_.rejected_ticks.add(1);
    return false;
  }
  wake();
  last_tick_ = now;
  open_ticks_.push_back(now);
  FeedItem item;
  item.kind = FeedKind::tick;
  item.fix.time = now;
  item.pushed_us = shared_.clock.now_us();
  put_to_all(item);
  return true;
}

void SourceSlot::idle() {
  if (idle_) return;
  const Entry entry{*this};
  if (!entry.admitted()) return;
  idle_ = true;
  FeedItem item;
  item.kind = FeedKind::idle;
  put_to_all(item);
}

bool SourceSlot::try_open() {
  if (open_) return false;
  open_ = true;
  wake();
  return true;
}

void SourceSlot::close() noexcept {
  idle();
  open_ = false;
}

const SourceSlot::Route* SourceSlot::route_of(VehicleIndex vehicle) const noexcept {
  const auto number = static_cast<std::size_t>(vehicle);
  if (number >= routes_.size() || routes_[number].shard == Route::none) return nullptr;
  return &routes_[number];
}

std::size_t SourceSlot::room(std::size_t shard) const noexcept {
  const Way& way = roads_[shard].way;
  const std::uint64_t queued = lanes_[shard]->sent.read() - lanes_[shard]->taken.read();
  if (way.handed_over != nullptr && way.handed_over->read() - way.delivered->read() > undelivered_batches) return 0;
  return options_.queue_capacity - std::min<std::uint64_t>(options_.queue_capacity, queued);
}

void SourceSlot::send(std::size_t shard) {
  std::vector<FeedItem>& staged = roads_[shard].staged;
  std::span<const FeedItem> rest{staged};
  Backoff backoff;
  bool waited = false;
  while (!rest.empty()) {
    const std::size_t count = std::min(room(shard), rest.size());
    if (count > 0) {
      wake();
      put(shard, rest.data(), count);
      rest = rest.subspan(count);
      backoff.reset();
    } else if (options_.overflow == Overflow::reject || is_closing()) {
      give_back(shard, rest);
      break;
    } else {
      if (!std::exchange(waited, true)) counts_.waits.add(1);
      backoff.pause();
    }
  }
  staged.clear();
}

void SourceSlot::put(std::size_t shard, const FeedItem* items, std::size_t count) {
  // Without memory for one more block there is none until the shard has emptied some: it needs none for that.
  for (Backoff backoff; !roads_[shard].way.queue->put(number_, items, count);) backoff.pause();
  lanes_[shard]->sent.add(count);
}

void SourceSlot::put_to_all(const FeedItem& item) {
  for (std::size_t shard = 0; shard < roads_.size(); ++shard) put(shard, &item, 1);
}

void SourceSlot::give_back(std::size_t shard, std::span<const FeedItem> items) {
  for (const FeedItem& item : items) {
    Fix fix = item.fix;
    fix.vehicle = roads_[shard].outside[static_cast<std::size_t>(fix.vehicle)];
    reject(fix);
  }
}

void SourceSlot::reject(const Fix& fix) {
  rejected_.push_back(fix);
}

void SourceSlot::wake() noexcept {
  if (!std::exchange(idle_, false)) return;
  wakes_.add(1);  // before anything is put, so that a shard that sees later things sees this
}

void SourceSlot::forget_delivered_ticks() noexcept {
  const TimeUtc delivered = shared_.delivered_tick.load(std::memory_order_acquire);
  const auto open = std::find_if(open_ticks_.begin(), open_ticks_.end(), [&](TimeUtc t) { return t > delivered; });
  open_ticks_.erase(open_ticks_.begin(), open);
}

bool SourceSlot::wait_for_credit() {
  Backoff backoff;
  bool waited = false;
  for (;;) {
    forget_delivered_ticks();
    if (open_ticks_.size() < options_.open_ticks) return true;
    if (options_.overflow == Overflow::reject || is_closing()) return false;
    if (!std::exchange(waited, true)) counts_.waits.add(1);
    backoff.pause();
  }
}

}  // namespace haulwatch::detail
