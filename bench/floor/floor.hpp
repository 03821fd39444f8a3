#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace haulwatch::bench {

/// The least that any program does with a truck's fix: what the whole chain is held against.
///
/// Finds the vehicle by the hash of its number, with the records of sixteen fixes ahead already on their way from
/// memory (Chen, Ailamaki, Gibbons, Mowry 2004, Improving Hash Join Performance through Prefetching); projects the
/// place, refuses jumps, filters by a constant-velocity Kalman filter of shared covariance, measures the way from the
/// segment of a road that the vehicle was on last, and keeps a stop machine. No order, no events, no places, no
/// sensors. 128 bytes a vehicle.
class Floor {
 public:
  struct Counts {
    std::uint64_t refused = 0;
    std::uint64_t left_road = 0;
    std::uint64_t stops = 0;
    double sum = 0.0;
  };

  Floor(std::size_t vehicles, geo::LocalFrame frame) : frame_{frame} {
    std::size_t slots = 16;
    while (slots < 2 * vehicles) slots *= 2;
    mask_ = slots - 1;
    records_.resize(slots);
    for (std::uint32_t i = 0; i < vehicles; ++i) *slot_of(i + 1) = Record{.key = i + 1};
  }

  void push(std::span<const Fix> fixes) noexcept {
    constexpr std::size_t ahead = 16;
    for (std::size_t begin = 0; begin < fixes.size(); begin += ahead) {
      const auto group = fixes.subspan(begin, std::min(ahead, fixes.size() - begin));
      std::array<std::size_t, ahead> homes;
      for (std::size_t i = 0; i < group.size(); ++i) {
        homes[i] = home_of(key_of(group[i]));
        __builtin_prefetch(&records_[homes[i]], 1);
        __builtin_prefetch(reinterpret_cast<const char*>(&records_[homes[i]]) + 64, 1);
      }
      for (std::size_t i = 0; i < group.size(); ++i) take(*slot_from(homes[i], key_of(group[i])), group[i]);
    }
  }

  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

 private:
  struct alignas(64) Record {
    std::uint32_t key = 0;
    std::uint8_t slow = 0;
    std::uint8_t votes = 0;
    std::uint8_t suspects = 0;
    bool stands = false;
    TimeUtc time = no_time;
    double x = 0.0, y = 0.0, vx = 0.0, vy = 0.0;
    double pp = 1e6, pv = 0.0, vv = 400.0;
    float from_x = 0.0F, from_y = 0.0F, to_x = 1.0F, to_y = 0.0F;  ///< of the road's segment
    float stop_x = 0.0F, stop_y = 0.0F;
    TimeUtc stood_since = no_time;
  };
  static_assert(sizeof(Record) == 128);

  static std::uint32_t key_of(const Fix& fix) noexcept { return static_cast<std::uint32_t>(fix.vehicle) + 1; }
  [[nodiscard]] std::size_t home_of(std::uint32_t key) const noexcept {
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 32U) & mask_;
  }
  Record* slot_from(std::size_t home, std::uint32_t key) noexcept {
    while (records_[home].key != key && records_[home].key != 0) home = (home + 1) & mask_;
    return &records_[home];
  }
  Record* slot_of(std::uint32_t key) noexcept { return slot_from(home_of(key), key); }

  void take(Record& r, const Fix& fix) noexcept {
    const geo::LocalPoint at = frame_.to_local(fix.position);
    const double sigma = fix.accuracy_m.has_value() ? static_cast<double>(fix.accuracy_m.value())
                                                    : 5.0 * static_cast<double>(fix.hdop.value_or(1.0F));
    const double dt = r.time == no_time ? 1e4 : seconds(fix.time - r.time);
    if (dt <= 0.0) return;
    // Gate.
    const double px = r.x + dt * r.vx;
    const double py = r.y + dt * r.vy;
    const double ex = at.x - px;
    const double ey = at.y - py;
    const double reach = 40.0 * dt + 50.0 + 3.0 * sigma;
    if (ex * ex + ey * ey > reach * reach && ++r.suspects < 3) {
      ++counts_.refused;
      return;
    }
    r.suspects = 0;
    r.time = fix.time;
    // Filter.
    const double q = 0.25 * dt;
    const double pp = r.pp + 2.0 * dt * r.pv + dt * dt * r.vv + q * dt * dt * dt / 3.0;
    const double pv = r.pv + dt * r.vv + q * dt * dt / 2.0;
    const double vv = r.vv + q * dt;
    const double s = 1.0 / (pp + sigma * sigma);
    const double kp = pp * s;
    const double kv = pv * s;
    r.x = px + kp * ex;
    r.y = py + kp * ey;
    r.vx += kv * ex;
    r.vy += kv * ey;
    r.pp = (1.0 - kp) * pp;
    r.pv = (1.0 - kp) * pv;
    r.vv = std::min(vv - kv * pv, 400.0);
    // Road.
    const double ux = static_cast<double>(r.to_x - r.from_x);
    const double uy = static_cast<double>(r.to_y - r.from_y);
    const double wx = r.x - static_cast<double>(r.from_x);
    const double wy = r.y - static_cast<double>(r.from_y);
    const double along = std::clamp((ux * wx + uy * wy) / (ux * ux + uy * uy + 1e-9), 0.0, 1.0);
    const double ox = wx - along * ux;
    const double oy = wy - along * uy;
    if (ox * ox + oy * oy > 2500.0) {
      ++counts_.left_road;
      r.from_x = static_cast<float>(r.x);
      r.from_y = static_cast<float>(r.y);
      r.to_x = static_cast<float>(r.x + 60.0 * r.vx + 1.0);
      r.to_y = static_cast<float>(r.y + 60.0 * r.vy);
    }
    // Stop.
    const double speed2 = fix.speed_mps.has_value()
                              ? static_cast<double>(fix.speed_mps.value()) * static_cast<double>(fix.speed_mps.value())
                              : r.vx * r.vx + r.vy * r.vy;
    const double sx = at.x - static_cast<double>(r.stop_x);
    const double sy = at.y - static_cast<double>(r.stop_y);
    if (speed2 < 2.25 && sx * sx + sy * sy < 1600.0) {
      r.votes = 0;
      if (!r.stands && fix.time - r.stood_since > Milliseconds{60'000}) {
        r.stands = true;
        ++counts_.stops;
      }
    } else if (++r.votes >= (r.stands ? 3 : 1)) {
      r.stands = false;
      r.votes = 0;
      r.stop_x = static_cast<float>(at.x);
      r.stop_y = static_cast<float>(at.y);
      r.stood_since = fix.time;
    }
  }

  geo::LocalFrame frame_;
  std::size_t mask_ = 0;
  std::vector<Record> records_;
  Counts counts_;
};

}  // namespace haulwatch::bench
