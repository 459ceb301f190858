using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.UnitTests.House;

/// <summary>What the files of the image and of Compose repeat has to be what the sources say.</summary>
public sealed partial class DeploymentFilesTests
{
    private static readonly string Root = Peer.RepositoryRoot;

    private static readonly string Dockerfile = Read("deploy/Dockerfile");

    [Fact]
    public void Image_and_compose_file_have_the_version_of_the_sources()
    {
        var version = VersionElement().Match(Read("Directory.Build.props")).Groups[1].Value;

        Assert.Contains($"\nARG VERSION={version}\n", Dockerfile, StringComparison.Ordinal);
        Assert.Contains($"federated-identity:{version}}}\n", Read("docker-compose.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_restore_of_the_image_sees_every_project_and_its_lock_file()
    {
        var projects = Directory.GetDirectories(Path.Combine(Root, "src")).Select(Path.GetFileName);

        Assert.All(projects, name => Assert.Contains(
            $"COPY src/{name}/*.csproj src/{name}/packages.lock.json src/{name}/\n", Dockerfile, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_asks_a_registry_for_a_Dockerfile_syntax() =>
        Assert.DoesNotContain("# syntax", Dockerfile, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task The_bill_of_materials_lists_every_package_that_is_published()
    {
        var published = AppContext.BaseDirectory;
        var shared = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", ".."));

        var bill = JsonNode.Parse(await RunAsync("deploy/sbom", published, shared, "registry.test:5000/base/image:1@sha256:0123"))!;

        var components = bill["components"]!.AsArray();
        var required = components.Where(one => $"{one!["scope"]}" == "required").Select(one => $"{one!["name"]}/{one["version"]}").ToHashSet();
        var dependencies = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(published, "FederatedIdentity.Server.deps.json")))!;
        string[] packages =
        [
            .. dependencies["libraries"]!.AsObject().Where(library => $"{library.Value!["type"]}" == "package").Select(library => library.Key),
        ];
        Assert.Contains(packages, name => name.StartsWith("Npgsql/", StringComparison.Ordinal));
        Assert.All(packages, name => Assert.Contains(name, required));
        Assert.Contains(components, one => $"{one!["type"]}" == "framework" && $"{one["version"]}" == $"{Environment.Version.ToString(3)}");
        Assert.Contains(components, one => $"{one!["purl"]}" == "pkg:docker/base/image@sha256:0123?repository_url=registry.test:5000");
        Assert.Matches("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$", $"{bill["serialNumber"]}");
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, program), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var complaints = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await complaints);
        return output;
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    [GeneratedRegex("<Version>(.+)</Version>")]
    private static partial Regex VersionElement();
}
