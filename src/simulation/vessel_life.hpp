#pragma once

#include <haulwatch/simulation/drive.hpp>
#include <haulwatch/simulation/life.hpp>
#include <haulwatch/simulation/random.hpp>

#include <cstdint>

namespace haulwatch::simulation {

/// A vessel's days: loaded at one dock, unloaded at another, and now and then into the water between.
class VesselLife final : public Life {
 public:
  VesselLife(const Surroundings& surroundings, std::uint32_t vehicle, const Crew& crew);

  void live_on() override;

 private:
  void load();
  void sail(PlaceIndex dock, bool dumps);
  void unload();
  void perform(std::uint8_t act);
  [[nodiscard]] const CountyPermit& permit() const noexcept { return s_.county->permits()[crew_.permit]; }

  Surroundings s_;
  std::uint32_t vehicle_;
  Crew crew_;
  Random random_;
  PlaceIndex at_;
  PlaceIndex destination_ = nowhere;
  bool loaded_ = false;
  std::uint32_t loads_ = 0;
  NoteOfTransfer note_;
  double dump_since_s_ = 0.0;
  geo::LocalPoint dumped_at_;
};

}  // namespace haulwatch::simulation
