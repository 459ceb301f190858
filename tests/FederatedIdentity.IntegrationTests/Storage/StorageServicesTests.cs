using FederatedIdentity.Storage;
using Npgsql;

namespace FederatedIdentity.IntegrationTests.Storage;

public sealed class StorageServicesTests
{
    [Fact]
    public void Defaults_fill_what_the_connection_string_leaves_open()
    {
        var settings = new NpgsqlConnectionStringBuilder(StorageServices.WithDefaults("Host=db;Username=me;Password=secret"));

        Assert.Equal(("db", 32, 64), (settings.Host, settings.MaxPoolSize, settings.MaxAutoPrepare));
        Assert.Equal((true, 5), (settings.NoResetOnClose, settings.CommandTimeout));
    }

    [Fact]
    public void The_connection_string_has_the_last_word_under_any_spelling()
    {
        var settings = new NpgsqlConnectionStringBuilder(
            StorageServices.WithDefaults("Host=db;MaxPoolSize=7;Max Auto Prepare=0;command timeout=3;ApplicationName=mine"));

        Assert.Equal((7, 0, 3, "mine"), (settings.MaxPoolSize, settings.MaxAutoPrepare, settings.CommandTimeout, settings.ApplicationName));
    }
}
