using FederatedIdentity.Server.Hosting;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace FederatedIdentity.UnitTests.Hosting;

public sealed class SecretFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("secret-files-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_file_is_a_setting_without_its_last_line_end()
    {
        var one = Folder("one", ("ConnectionStrings__Postgres", "Host=db;Password=a b \n"), ("FederatedIdentity__MasterKey", "key"));

        var settings = Read(one);

        Assert.Equal("Host=db;Password=a b ", settings.GetConnectionString("Postgres"));
        Assert.Equal("key", settings["FederatedIdentity:MasterKey"]);
    }

    [Fact]
    public void Of_two_directories_the_later_one_counts()
    {
        var one = Folder("one", ("A__B", "first"), ("A__C", "only here"));
        var two = Folder("two", ("A__B", "second"));

        var settings = Read($"{one}::{two}:");

        Assert.Equal("second", settings["A:B"]);
        Assert.Equal("only here", settings["A:C"]);
    }

    /// <summary>Kubernetes mounts links into a directory that begins with dots, which a rotation replaces.</summary>
    [Fact]
    public void A_mounted_Kubernetes_secret_is_read_through_its_links()
    {
        var mount = Folder("mount");
        var version = Folder("mount/..2026_11_26", ("A__B", "value"));
        Directory.CreateSymbolicLink(Path.Combine(mount, "..data"), Path.GetFileName(version));
        File.CreateSymbolicLink(Path.Combine(mount, "A__B"), Path.Combine("..data", "A__B"));

        var settings = Read(mount);

        Assert.Equal("value", settings["A:B"]);
        Assert.DoesNotContain(settings.AsEnumerable(), setting => setting.Key.Contains("..", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_counts_before_what_was_there_and_after_the_command_line()
    {
        var one = Folder("one", ("A__B", "file"), ("A__C", "file"));
        var settings = new ConfigurationManager();
        settings.AddInMemoryCollection(new Dictionary<string, string?> { [SecretFiles.Setting] = one, ["A:B"] = "environment" });
        settings.AddCommandLine(["--A:C=command line"]);

        settings.AddSecretFiles();

        Assert.Equal("file", settings["A:B"]);
        Assert.Equal("command line", settings["A:C"]);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("file")]
    public void What_is_no_directory_is_refused_by_name(string name)
    {
        File.WriteAllText(Path.Combine(_root, "file"), "");
        var path = Path.Combine(_root, name);

        var refused = Assert.Throws<InvalidOperationException>(() => Read($"{Folder("one")}:{path}"));

        Assert.Equal($"FederatedIdentity:SecretsDirectory names {path}, and there is no such directory.", refused.Message);
    }

    [Fact]
    public void Without_the_setting_nothing_changes()
    {
        var settings = new ConfigurationManager();
        var before = ((IConfigurationBuilder)settings).Sources.Count;

        settings.AddSecretFiles();

        Assert.Equal(before, ((IConfigurationBuilder)settings).Sources.Count);
    }

    [Theory]
    [InlineData("Host=db;Username=u")]
    [InlineData("Host=db;Username=u;Password=old")]
    public void A_password_of_its_own_is_put_into_the_connection_string_whatever_it_holds(string connectionString)
    {
        const string Password = "p;Host=evil'\"=\\ ";
        var settings = new ConfigurationManager
        {
            ["ConnectionStrings:Postgres"] = connectionString,
            ["FederatedIdentity:Postgres:Password"] = Password,
            ["FederatedIdentity:Postgres:PgBouncer"] = "false",
        };

        var read = new NpgsqlConnectionStringBuilder(settings.RequiredPostgres().ConnectionString);

        Assert.Equal(("db", "u", Password), (read.Host, read.Username, read.Password));
    }

    private static ConfigurationManager Read(string directories)
    {
        var settings = new ConfigurationManager { [SecretFiles.Setting] = directories };
        settings.AddSecretFiles();
        return settings;
    }

    private string Folder(string name, params (string Name, string Content)[] files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        foreach (var (file, content) in files)
        {
            File.WriteAllText(Path.Combine(folder, file), content);
        }

        return folder;
    }
}
