// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.LocalSparkCluster;
import org.apache.spark.deploy.LocalSparkCluster$;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import scala.Option;
import scala.collection.mutable.ArrayBuffer;

/**
 * One more worker for a local-cluster, under another address of this machine: Spark starts a
 * speculative task on another host only, and the workers of a local-cluster are on one.
 */
final class OtherHost implements AutoCloseable {
  private final RpcEnv worker;

  private OtherHost(RpcEnv worker) {
    this.worker = worker;
  }

  static OtherHost join(SparkConf conf, Path folder) throws ReflectiveOperationException {
    var masters = LocalSparkCluster.class.getDeclaredMethod("masterRpcEnvs");
    masters.setAccessible(true);
    var master = (ArrayBuffer<?>) masters.invoke(LocalSparkCluster$.MODULE$.get().get());
    String url = ((RpcEnv) master.head()).address().toSparkURL();
    return new OtherHost(
        Worker.startRpcEnvAndEndpoint(
            "127.0.0.2",
            0,
            0,
            1,
            1024,
            new String[] {url},
            folder.toString(),
            Option.apply(3),
            conf,
            Option.empty()));
  }

  @Override
  public void close() {
    worker.shutdown();
  }
}
