#pragma once

#include <haulwatch/error.hpp>

#include <string>
#include <utility>
#include <vector>

namespace haulwatch::python {

/// One column that cannot be read as what it is to be.
struct ColumnFault {
  std::string column;  ///< the caller's name of it; empty where it is the table as a whole
  std::string expected;
  std::string found;
};

/// A table that cannot be read at all. Becomes `haulwatch.InputError`, with every fault in it.
class InputError : public Error {
 public:
  explicit InputError(std::vector<ColumnFault> faults) : Error{text(faults)}, faults_{std::move(faults)} {}
  [[nodiscard]] const std::vector<ColumnFault>& faults() const noexcept { return faults_; }

 private:
  static std::string text(const std::vector<ColumnFault>& faults) {
    std::string all;
    for (const ColumnFault& fault : faults) {
      if (!all.empty()) all += '\n';
      if (!fault.column.empty()) all += "column '" + fault.column + "': ";
      all += "expected " + fault.expected + ", found " + fault.found;
    }
    return all;
  }

  std::vector<ColumnFault> faults_;
};

}  // namespace haulwatch::python
