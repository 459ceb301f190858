using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// <c>federated-identity migrate</c>: brings the schema up to date and ends. Any number may run at once; one works, the
/// others wait and find nothing left to do. Needs the database and no other setting. Users go on meanwhile; when a lock cannot be had for
/// ten minutes, the status is 1, and another run goes on.
/// </summary>
internal static class MigrateVerb
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = ServerBuilder.Create(args);
        builder.ConfigureLogging();
        await using var app = builder.Build();
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.Cancel();
        };
        var logger = app.Services.GetRequiredService<ILogger<SchemaMigrator>>();
        try
        {
            var migrator = new SchemaMigrator(app.Configuration.RequiredPostgres(), logger)
            {
                Partitions = app.Configuration.GetValue<int?>(IdentityLayout.Setting),
            };
            await migrator.MigrateAsync(interrupted.Token);
            return 0;
        }
        catch (Exception refused) when (refused is TimeoutException or InvalidOperationException)
        {
            return await VerbHost.FailAsync(refused.Message);
        }
    }
}
