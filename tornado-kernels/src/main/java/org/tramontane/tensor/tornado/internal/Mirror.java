package org.tramontane.tensor.tornado.internal;

import java.lang.foreign.MemorySegment;
import org.tramontane.tensor.DType;
import org.tramontane.tensor.DeviceCopy;
import org.tramontane.tensor.Storage;
import org.tramontane.tensor.Tensor;

/// A tensor's memory on the device, and which of the two is the newest.
final class Mirror implements DeviceCopy {
  private final Device device;
  private final MemorySegment host;
  private final int width;
  private final Region region;
  private volatile boolean hostIsNewest = true;
  private volatile boolean deviceIsNewest;

  private Mirror(Device device, Storage storage, DType dtype) {
    this.device = device;
    this.host = storage.host();
    this.width = dtype == DType.F32 ? 4 : 2;
    this.region = device.lease(this, width == 4, host.byteSize() / width);
  }

  private static Mirror of(Device device, Tensor tensor) {
    Storage storage = tensor.storage();
    synchronized (device) {
      DeviceCopy copy = storage.copy();
      if (copy instanceof Mirror mirror) {
        return mirror;
      }
      if (copy != null) {
        copy.beforeHostWrites();
      }
      Mirror mirror = new Mirror(device, storage, tensor.dtype());
      storage.attach(mirror);
      return mirror;
    }
  }

  /// Where a kernel reads a tensor.
  static Operand in(Device device, Tensor tensor) {
    Mirror mirror = of(device, tensor);
    mirror.makeDeviceNewest();
    return mirror.operand(tensor);
  }

  /// Where a kernel overwrites a tensor; what its memory holds beside it stays.
  static Operand out(Device device, Tensor tensor) {
    Mirror mirror = of(device, tensor);
    if (tensor.byteSize() != mirror.host.byteSize()) {
      mirror.makeDeviceNewest();
    }
    mirror.deviceIsNewest = true;
    mirror.hostIsNewest = false;
    return mirror.written(tensor);
  }

  /// Where a kernel reads a tensor and writes to it.
  static Operand inOut(Device device, Tensor tensor) {
    Mirror mirror = of(device, tensor);
    mirror.makeDeviceNewest();
    mirror.hostIsNewest = false;
    return mirror.written(tensor);
  }

  private Operand written(Tensor tensor) {
    Operand operand = operand(tensor);
    device.beforeWrite(operand.array(), operand.offset(), tensor.byteSize() / width);
    return operand;
  }

  private Operand operand(Tensor tensor) {
    return region.operand().plus(tensor.offset() / width);
  }

  private void makeDeviceNewest() {
    if (!deviceIsNewest) {
      device.toDevice(host, region);
      deviceIsNewest = true;
    }
  }

  boolean isAlive() {
    return host.scope().isAlive();
  }

  @Override
  public void beforeHostReads() {
    if (!hostIsNewest) {
      synchronized (device) {
        if (!hostIsNewest) {
          device.toHost(region, host);
          hostIsNewest = true;
        }
      }
    }
  }

  @Override
  public void beforeHostWrites() {
    if (!hostIsNewest || deviceIsNewest) {
      synchronized (device) {
        beforeHostReads();
        device.beforeUpload();
        deviceIsNewest = false;
      }
    }
  }

  @Override
  public void beforeHostOverwrites() {
    if (!hostIsNewest || deviceIsNewest) {
      synchronized (device) {
        device.beforeUpload();
        hostIsNewest = true;
        deviceIsNewest = false;
      }
    }
  }

  @Override
  public boolean fill(long offset, long bytes, float value) {
    synchronized (device) {
      if (!deviceIsNewest && bytes != host.byteSize()) {
        return false;
      }
      Operand to = region.operand().plus(offset / width);
      device.beforeWrite(to.array(), to.offset(), bytes / width);
      int[] ints = {Math.toIntExact(bytes / width), to.offset()};
      device.launch(Kernel.FILL, bytes / width, ints, new float[] {value});
      deviceIsNewest = true;
      hostIsNewest = false;
      return true;
    }
  }
}
