#include <haulwatch/engine/pipeline.hpp>

#include "pipeline_core.hpp"

#include <haulwatch/engine/default_pipeline.hpp>

#include <utility>

namespace haulwatch {

template class detail::EngineFold<DefaultChain>;

Source& Source::operator=(Source&& other) noexcept {
  if (this == &other) return *this;
  close();
  core_ = std::move(other.core_);
  slot_ = std::exchange(other.slot_, nullptr);
  return *this;
}

Source::~Source() {
  close();
}

std::optional<VehicleIndex> Source::vehicle(std::string_view name) {
  return slot_->vehicle(name);
}

std::size_t Source::push(std::span<const Fix> fixes) {
  return slot_->push(fixes);
}

std::span<const Fix> Source::rejected() const noexcept {
  return slot_->rejected();
}

bool Source::tick(TimeUtc now) {
  return slot_->tick(now);
}

void Source::idle() {
  slot_->idle();
}

void Source::close() noexcept {
  if (slot_ == nullptr) return;
  core_->close_source(*std::exchange(slot_, nullptr));
  core_.reset();
}

AnyPipeline::AnyPipeline(const PipelineOptions& options, Sink& sink, detail::MakeFold make_fold)
    : core_{std::make_shared<detail::PipelineCore>(options, sink, std::move(make_fold))} {}

AnyPipeline::~AnyPipeline() {
  stop();
}

Source AnyPipeline::open_source() {
  return Source{core_, core_->open_source()};
}

bool AnyPipeline::drain(std::chrono::milliseconds at_most) {
  return core_->drain(at_most);
}

void AnyPipeline::finish() {
  core_->end(detail::PipelineCore::End::of_log);
}

void AnyPipeline::stop() {
  core_->end(detail::PipelineCore::End::of_work);
}

std::size_t AnyPipeline::run_shard(unsigned shard) {
  return core_->run_shard(shard);
}

std::size_t AnyPipeline::deliver() {
  return core_->deliver();
}

unsigned AnyPipeline::shard_count() const noexcept {
  return core_->options().shards;
}

std::string_view AnyPipeline::name(VehicleIndex vehicle) const {
  return core_->name(vehicle);
}

std::optional<VehicleStatus> AnyPipeline::status(std::string_view vehicle) const {
  const StatusCell* const cell = core_->vehicles().find_status(vehicle);
  return cell == nullptr ? std::nullopt : std::optional{cell->read()};
}

void AnyPipeline::for_each_status(const std::function<void(std::string_view, const VehicleStatus&)>& call) const {
  for (const auto& [name, cell] : core_->vehicles().all()) call(name, cell->read());
}

PipelineMetrics AnyPipeline::metrics() const {
  return core_->metrics();
}

std::string AnyPipeline::problem() const {
  return core_->problem();
}

}  // namespace haulwatch
