#include <haulwatch/explain/vehicle_reports.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace haulwatch::explain {

void VehicleReports::sort() {
  std::stable_sort(fixes_.begin(), fixes_.end(),
                   [](const SourcedFix& a, const SourcedFix& b) { return a.fix.time < b.fix.time; });
}

void VehicleReports::read(std::vector<std::string> files, const io::TrackFormat& format) {
  io::Recording recording{std::move(files), format};
  recording.on_bad_row = [this](const io::BadRow& /*row*/) { note_bad_row(); };
  const std::unique_ptr<FixSource> source = recording.open();
  std::uint64_t record = 0;
  for (std::vector<Fix> batch; source->read(batch);) {
    for (const Fix& fix : batch) {
      const std::uint64_t number = record++;
      if (!wants(recording.names().name(fix.vehicle), fix.time)) continue;
      const io::RowPlace place = recording.places().of(number);
      add(fix, fmt::format("{}:{}", recording.file_name(place.file), place.line));
    }
  }
  sort();
}

}  // namespace haulwatch::explain
