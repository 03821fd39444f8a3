#pragma once

#include <haulwatch/simulation/random_spans.hpp>
#include <haulwatch/simulation/report.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>
#include <haulwatch/units.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace haulwatch::simulation {

/// The way of one terminal's reports to the platform: how late each arrives, which arrive twice or out of order, which
/// are kept while the network is away and sent in batches later, which never arrive.
///
/// A live report arrives after its event, kept ones after the network's return, so what is emitted at one moment never
/// arrives before that moment. Memory: 56 B a report that is kept. Threads: one at a time.
class Uplink {
 public:
  Uplink(const UplinkDoses& doses, std::uint64_t seed, std::uint32_t vehicle, TimeUtc start) noexcept;

  /// A report was made. \param at in order of true time \param out gets what arrives of it and of those kept before it,
  /// with their times of arrival, in no order
  void send(Report report, TimeUtc at, bool coverage, std::vector<Report>& out);

  /// The run ends: what is still kept is sent as if the network had come back.
  void finish(TimeUtc at, std::vector<Report>& out);

 private:
  enum class Order : std::uint8_t { oldest_first, newest_first, in_pieces };

  void keep(const Report& report);
  void send_live(Report& report, TimeUtc at, std::vector<Report>& out);
  void send_kept(TimeUtc at, std::vector<Report>& out);
  [[nodiscard]] std::vector<std::size_t> order_of_batches(std::size_t batches);
  TimeUtc send_batch(std::size_t first, std::size_t last, TimeUtc at, std::vector<Report>& out);
  void emit(Report report, TimeUtc received, std::vector<Report>& out);
  [[nodiscard]] Milliseconds latency() noexcept;

  const UplinkDoses* doses_;
  Random random_;
  RandomSpans outages_;
  bool keeps_reports_;
  Order order_;
  std::vector<Report> kept_;
  TimeUtc last_received_ = no_time;
  TimeUtc backfill_busy_until_ = no_time;
  std::uint32_t sequence_ = 0;
};

}  // namespace haulwatch::simulation
