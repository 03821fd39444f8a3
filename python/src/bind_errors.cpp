#include "input_error.hpp"
#include "module.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/track_format.hpp>
#include <haulwatch/scoring/record_reader.hpp>

#include <pybind11/stl.h>

#include <exception>
#include <string>

namespace py = pybind11;

namespace haulwatch::python {

namespace {

/// Raises one of the package's own exceptions, which are written in Python so that they read as such.
template <class... Args>
void raise(const char* name, Args&&... args) {
  const py::object type = py::module_::import("haulwatch._errors").attr(name);
  const py::object error = type(std::forward<Args>(args)...);
  PyErr_SetObject(type.ptr(), error.ptr());
}

py::list faults_of(const Refused& refused) {
  py::list faults;
  for (const Fault& fault : refused.faults()) faults.append(py::make_tuple(fault.object, fault.pointer, fault.message));
  return faults;
}

py::list faults_of(const InputError& error) {
  py::list faults;
  for (const ColumnFault& fault : error.faults())
    faults.append(py::make_tuple(fault.column, fault.expected, fault.found));
  return faults;
}

}  // namespace

void bind_errors(py::module_& /*m*/) {
  py::register_local_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Refused& error) {
      raise("Refused", std::string{error.what()}, faults_of(error));
    } catch (const InputError& error) {
      raise("InputError", std::string{error.what()}, faults_of(error));
    } catch (const io::FormatError& error) {
      raise("InputError", std::string{error.what()});
    } catch (const scoring::BadLine& error) {
      raise("InputError", std::string{error.what()});
    } catch (const FileError& error) {
      raise("FileError", std::string{error.what()});
    } catch (const Error& error) {
      raise("Error", std::string{error.what()});
    }
  });
}

}  // namespace haulwatch::python
